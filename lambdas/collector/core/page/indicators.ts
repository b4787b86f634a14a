import { isIPv4, isIPv6 } from 'node:net';
import type { FeedSchema } from '../../../contract/feed/feed';
import type { PlacedEvent } from './validate';

/** What an analyst searches for in any field. The lists have no repetitions and keep the order of occurrence. */
export interface Indicators {
  readonly emails: string[];
  readonly usernames: string[];
  readonly ipAddresses: string[];
}

function fieldsThatHold({ properties }: FeedSchema, kind: string): string[] {
  return Object.entries(properties)
    .filter(
      ([, { indicators, alsoHolds }]) =>
        indicators?.includes(kind) === true || alsoHolds?.includes(kind) === true,
    )
    .map(([name]) => name);
}

/** A local part and a host name with a dot: good enough for a search, and never a bare name. Lengths as in RFC 5321. */
const EMAIL = /[^\s@"'<>,;:()[\]{}]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g;
/** Four numbers with dots, not part of a longer sequence such as a version of five parts; `isIPv4` decides. */
const IPV4_LIKE = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
/** Runs of hex digits and colons with at least two colons, and not part of a word; `isIPv6` decides. */
const IPV6_LIKE = /(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])/g;

/** More values of a kind do not help a search; the event's own text has them all. */
const MAX_PER_EVENT = 1_000;

/** The unspecified address; in prose it is punctuation. */
const UNSPECIFIED = '::';

/** What one text holds. */
interface Findings {
  readonly emails: readonly string[];
  readonly ipAddresses: readonly string[];
}

const NOTHING: readonly string[] = [];
const NO_FINDINGS: Findings = { emails: NOTHING, ipAddresses: NOTHING };
/** Longer texts rarely repeat and are not remembered. */
const MAX_REMEMBERED_LENGTH = 256;

/** Finds the indicators of accepted events. It remembers them by text: users and addresses repeat in a page. */
export class IndicatorFinder {
  private readonly remembered = new Map<string, Findings>();
  private readonly emailFields: readonly string[];
  private readonly usernameFields: readonly string[];
  private readonly jsonFields: readonly string[];

  constructor(schema: FeedSchema) {
    this.emailFields = fieldsThatHold(schema, 'email');
    this.usernameFields = fieldsThatHold(schema, 'username');
    this.jsonFields = Object.entries(schema.properties).flatMap(([name, { logType }]) =>
      logType === 'json' ? [name] : [],
    );
  }

  /** The indicators of one event: of the fields that the schema names, and at any depth of the json fields. */
  find(event: PlacedEvent): Indicators {
    const found: Indicators = { emails: [], usernames: [], ipAddresses: [] };
    for (const name of this.emailFields) {
      const value = event[name];
      if (typeof value === 'string') addAll(this.findingsOf(value).emails, found.emails);
    }
    for (const name of this.usernameFields) {
      const value = event[name];
      if (typeof value === 'string' && value !== '') addOnce(value, found.usernames);
    }
    for (const name of this.jsonFields) this.scan(event[name], found);
    return found;
  }

  /** Without recursion, because a sender may nest values to any depth. */
  private scan(root: unknown, found: Indicators): void {
    if (root === undefined) return;
    const pending: unknown[] = [root];
    while (pending.length > 0) {
      const value = pending.pop();
      if (typeof value === 'string') {
        const { emails, ipAddresses } = this.findingsOf(value);
        addAll(emails, found.emails);
        addAll(ipAddresses, found.ipAddresses);
      } else if (typeof value === 'object' && value !== null) {
        const children = Array.isArray(value) ? value : Object.values(value);
        for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]);
      }
    }
  }

  private findingsOf(text: string): Findings {
    if (!text.includes('@') && !text.includes('.') && !text.includes(':')) return NO_FINDINGS;
    if (text.length > MAX_REMEMBERED_LENGTH) return findingsIn(text);
    let findings = this.remembered.get(text);
    if (findings === undefined) this.remembered.set(text, (findings = findingsIn(text)));
    return findings;
  }
}

function findingsIn(text: string): Findings {
  const emails = text.includes('@') ? (text.match(EMAIL) ?? NOTHING) : NOTHING;
  const v4 = text.includes('.') ? (text.match(IPV4_LIKE) ?? []).filter((like) => isIPv4(like)) : NOTHING;
  const v6 = text.includes(':')
    ? (text.match(IPV6_LIKE) ?? []).filter((like) => isIPv6(like) && like !== UNSPECIFIED)
    : NOTHING;
  return { emails, ipAddresses: v4.length === 0 ? v6 : [...v4, ...v6] };
}

function addAll(texts: readonly string[], list: string[]): void {
  for (const text of texts) addOnce(text, list);
}

function addOnce(text: string, list: string[]): void {
  if (list.length < MAX_PER_EVENT && !list.includes(text)) list.push(text);
}
