import { dayOf } from '../../../contract/storage/archive-layout';
import { insideOf } from '../event/address-block';
import type { ArchivedEvent } from '../event/archived-event';
import { wildcardTest } from './wildcard';

const MS_PER_S = 1000;

/**
 * Expected events. An event must have all of the fields that are given. In user, event, object and API path, case is
 * ignored and `*` stands for any text.
 */
export interface Exclusion {
  readonly user?: string;
  /** An IP address, or a CIDR block such as `198.51.100.0/24`. */
  readonly address?: string;
  /** The event's name. */
  readonly event?: string;
  /** Each of the objects and accounts that the event names. */
  readonly object?: string;
  /** The path of an API call, without its query. */
  readonly apiPath?: string;
  /** Why the events are expected; for people. */
  readonly because?: string;
  /**
   * The last day, UTC, of the excluded events, as `2027-06-30`. The time of the event counts, so that the same event
   * always gets the same answer. @default - no end
   */
  readonly until?: string;
}

/** Whether an event is excluded. */
export type Excludes = (event: ArchivedEvent) => boolean;

/**
 * Excludes an event if one of the exclusions matches it.
 * @param exclusions as `tuningProblems` accepts them
 */
export function excludesAny(exclusions: readonly Exclusion[]): Excludes {
  const tests = exclusions.map(excludes);
  return (event) => tests.some((test) => test(event));
}

/** How each field is tested; made once, not once per event. */
const TESTS: Readonly<Record<keyof Omit<Exclusion, 'because'>, (expected: string) => Excludes>> = {
  until: (lastDay) => (event) => dayOf(event.timeS * MS_PER_S) <= lastDay,
  event: (pattern) => allFit(pattern, ({ name }) => [name]),
  user: (pattern) => allFit(pattern, ({ user }) => [user]),
  address: (address) => {
    const isInside = insideOf([address]);
    return (event) => isFrom(event, isInside);
  },
  apiPath: (pattern) => allFit(pattern, ({ apiCall }) => [apiCall?.path]),
  object: (pattern) => allFit(pattern, ({ targets }) => targets),
};

function excludes(exclusion: Exclusion): Excludes {
  const fields = Object.keys(TESTS) as readonly (keyof typeof TESTS)[];
  const tests = fields.flatMap((field) => {
    const expected = exclusion[field];
    return expected === undefined ? [] : [TESTS[field](expected)];
  });
  return (event) => tests.every((test) => test(event));
}

/** Tests whether all of an event's values fit: a rule is there to find an unexpected one. */
function allFit(
  pattern: string,
  valuesOf: (event: ArchivedEvent) => readonly (string | undefined)[],
): Excludes {
  const fits = wildcardTest(pattern);
  return (event) => {
    const values = valuesOf(event);
    return values.length > 0 && values.every((value) => value !== undefined && fits(value));
  };
}

/** All addresses of an event must be expected, too. */
function isFrom({ sourceAddresses }: ArchivedEvent, isInside: (address: string) => boolean): boolean {
  return sourceAddresses.length > 0 && sourceAddresses.every(isInside);
}
