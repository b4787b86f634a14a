import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { FeedSchema, NestedIndicator } from '../../../contract/feed/feed';
import { openJsonText } from '../../../shared/json-text';
import type { PlacedEvent } from './validate';

/** What an analyst searches for in any field. The lists have no repetitions and keep the order of occurrence. */
export interface Indicators {
  readonly emails: string[];
  readonly usernames: string[];
  readonly ipAddresses: string[];
  /** Hosts, also of URLs, and bare host names where the schema says so; in lower case. */
  readonly domainNames: string[];
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
/**
 * Labels with dots, the last of letters (RFC 1123); not part of an e-mail address, nor in a path. The name of a file
 * looks the same and is found, too: no list of top-level domains has those of a private network.
 */
const DOMAIN_NAME =
  /(?<![\w@%-]|\w\.|(?<!\/)\/)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:xn--[A-Za-z0-9-]{1,59}|[A-Za-z]{2,63})(?![\w@-]|\.\w)/g;

/** More values of a kind do not help a search; the event's own text has them all. */
const MAX_PER_EVENT = 1_000;

/** The unspecified address; in prose it is punctuation. */
const UNSPECIFIED = '::';

/** What one text holds. */
type Findings = Readonly<Record<'emails' | 'ipAddresses' | 'domainNames', readonly string[]>>;

const NOTHING: readonly string[] = [];
const NO_FINDINGS: Findings = { emails: NOTHING, ipAddresses: NOTHING, domainNames: NOTHING };
/** Longer texts rarely repeat and are not remembered. */
const MAX_REMEMBERED_LENGTH = 256;

/** Finds the indicators of accepted events. It remembers them by text: users and addresses repeat in a page. */
export class IndicatorFinder {
  private readonly remembered = new Map<string, Findings>();
  private readonly emailFields: readonly string[];
  private readonly usernameFields: readonly string[];
  private readonly jsonFields: readonly (readonly [string, readonly NestedIndicator[]])[];

  constructor(schema: FeedSchema) {
    this.emailFields = fieldsThatHold(schema, 'email');
    this.usernameFields = fieldsThatHold(schema, 'username');
    this.jsonFields = Object.entries(schema.properties).flatMap(
      ([name, { logType, nestedIndicators = [] }]) =>
        logType === 'json' ? [[name, nestedIndicators] as const] : [],
    );
  }

  /**
   * The indicators of one event: of the fields that the schema names, and at any depth of the json fields, also inside
   * texts that hold JSON.
   */
  find(event: PlacedEvent): Indicators {
    const found: Indicators = { emails: [], usernames: [], ipAddresses: [], domainNames: [] };
    for (const name of this.emailFields)
      for (const text of textsOf(event[name])) addAll(this.findingsOf(text).emails, found.emails);
    for (const name of this.usernameFields)
      for (const text of textsOf(event[name])) if (text !== '') addOnce(text, found.usernames);
    for (const [name, positions] of this.jsonFields)
      if (event[name] !== undefined) this.scan(event[name], positions, found);
    return found;
  }

  /**
   * Without recursion, because a sender may nest values to any depth. It runs for every event: two lists cost less than
   * a list of pairs.
   */
  private scan(root: unknown, positions: readonly NestedIndicator[], found: Indicators): void {
    const pending: unknown[] = [root];
    const pendingHolds: (string | undefined)[] = [undefined];
    while (pending.length > 0) {
      const next = pending.pop();
      const holds = pendingHolds.pop();
      const value = typeof next === 'string' ? (openJsonText(next) ?? next) : next;
      if (typeof value === 'string') this.add(value, holds, found);
      if (typeof value !== 'object' || value === null) continue;
      const object = value as Readonly<Record<string, unknown>>;
      const names = Object.keys(object);
      for (let i = names.length - 1; i >= 0; i--) {
        const name = names[i] ?? '';
        pending.push(object[name]);
        pendingHolds.push(Array.isArray(value) ? holds : indicatorAt(name, object, positions));
      }
    }
  }

  private add(text: string, holds: string | undefined, found: Indicators): void {
    const { emails, ipAddresses, domainNames } = this.findingsOf(text);
    addAll(emails, found.emails);
    addAll(ipAddresses, found.ipAddresses);
    if (holds === undefined) return addAll(domainNames, found.domainNames);
    const name = text.trim();
    if (name === '' || isIP(name) !== 0) return;
    if (holds === 'username') addOnce(name, found.usernames);
    if (holds === 'hostname') addOnce(name.toLowerCase(), found.domainNames);
  }

  private findingsOf(text: string): Findings {
    if (!text.includes('@') && !text.includes('.') && !text.includes(':')) return NO_FINDINGS;
    if (text.length > MAX_REMEMBERED_LENGTH) return findingsIn(text);
    let findings = this.remembered.get(text);
    if (findings === undefined) this.remembered.set(text, (findings = findingsIn(text)));
    return findings;
  }
}

/** A documented text may come as a list of texts. */
function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
}

/** What the schema says of a key of an object. */
function indicatorAt(
  name: string,
  object: Readonly<Record<string, unknown>>,
  positions: readonly NestedIndicator[],
): string | undefined {
  return positions.find(({ key, where }) => key === name && (where === undefined || isWhere(object, where)))
    ?.indicator;
}

function isWhere(
  object: Readonly<Record<string, unknown>>,
  { key, isOneOf }: NonNullable<NestedIndicator['where']>,
): boolean {
  const value = object[key];
  return typeof value === 'string' && isOneOf.includes(value.toLowerCase());
}

function findingsIn(text: string): Findings {
  const emails = text.includes('@') ? (text.match(EMAIL) ?? NOTHING) : NOTHING;
  const v4 = text.includes('.') ? (text.match(IPV4_LIKE) ?? []).filter((like) => isIPv4(like)) : NOTHING;
  const v6 = text.includes(':')
    ? (text.match(IPV6_LIKE) ?? []).filter((like) => isIPv6(like) && like !== UNSPECIFIED)
    : NOTHING;
  const domainNames = text.includes('.')
    ? (text.match(DOMAIN_NAME) ?? []).map((name) => name.toLowerCase())
    : NOTHING;
  return { emails, ipAddresses: v4.length === 0 ? v6 : [...v4, ...v6], domainNames };
}

function addAll(texts: readonly string[], list: string[]): void {
  for (const text of texts) addOnce(text, list);
}

function addOnce(text: string, list: string[]): void {
  if (list.length < MAX_PER_EVENT && !list.includes(text)) list.push(text);
}
