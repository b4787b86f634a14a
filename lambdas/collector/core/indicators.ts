import { isIPv4, isIPv6 } from 'node:net';
import schema from '../../contract/netskope-audit.schema.json';
import type { PlacedEvent } from './judge';

/** What an analyst searches for whatever field it stood in. Each list without repetition, in the order met. */
export interface Indicators {
  readonly emails: string[];
  readonly usernames: string[];
  readonly ipAddresses: string[];
}

interface FieldSchema {
  readonly indicators?: readonly string[];
  readonly alsoHolds?: readonly string[];
}

function fieldsThatHold(kind: string): string[] {
  return Object.entries(schema.properties as Record<string, FieldSchema>)
    .filter(
      ([, field]) => field.indicators?.includes(kind) === true || field.alsoHolds?.includes(kind) === true,
    )
    .map(([name]) => name);
}

const EMAIL_FIELDS = fieldsThatHold('email');
const USERNAME_FIELDS = fieldsThatHold('username');

/** A part before the @, and a host name with a dot: good enough to search by, and never a bare name. */
const EMAIL = /[^\s@"'<>,;:()[\]{}]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
/** Four numbers with dots that are not part of a longer one, such as a version of five parts; `isIPv4` decides. */
const IPV4_LIKE = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
/** Runs of hex digits and colons with at least two colons; `isIPv6` decides. */
const IPV6_LIKE = /(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}/g;

/** Collects the indicators of one accepted event: from the fields the schema names, and from any depth of the two json fields. */
export function indicatorsOf(event: PlacedEvent): Indicators {
  const found: Indicators = { emails: [], usernames: [], ipAddresses: [] };
  for (const name of EMAIL_FIELDS) addEmails(event[name], found);
  for (const name of USERNAME_FIELDS) addOnce(event[name], found.usernames);
  scan(event.supporting_data, found);
  scan(event.details, found);
  return found;
}

/** Walks without recursion: nesting is as deep as the sender likes. */
function scan(root: unknown, found: Indicators): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') {
      addEmails(value, found);
      addAddresses(value, found);
    } else if (typeof value === 'object' && value !== null) {
      const children = Array.isArray(value) ? value : Object.values(value);
      for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]);
    }
  }
}

function addEmails(value: unknown, found: Indicators): void {
  if (typeof value !== 'string' || !value.includes('@')) return;
  for (const email of value.match(EMAIL) ?? []) addOnce(email, found.emails);
}

function addAddresses(text: string, found: Indicators): void {
  if (text.includes('.')) {
    for (const like of text.match(IPV4_LIKE) ?? []) if (isIPv4(like)) addOnce(like, found.ipAddresses);
  }
  if (text.includes(':')) {
    for (const like of text.match(IPV6_LIKE) ?? []) if (isIPv6(like)) addOnce(like, found.ipAddresses);
  }
}

function addOnce(value: unknown, list: string[]): void {
  if (typeof value === 'string' && value !== '' && !list.includes(value)) list.push(value);
}
