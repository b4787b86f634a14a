import type { ComparedEvent } from './compared-event';

/** The events of one hour in three places, by event time. */
export interface EventsOfHour {
  /** Whole hours since 1970. */
  readonly hour: number;
  readonly netskope: readonly ComparedEvent[];
  readonly archived: readonly ComparedEvent[];
  readonly quarantined: readonly ComparedEvent[];
}

/** The differences, event by event. */
export interface EventDifferences {
  /** Netskope has them, archive and quarantine do not. */
  readonly missing: readonly ComparedEvent[];
  /** The archive has them, Netskope does not. */
  readonly extra: readonly ComparedEvent[];
  /** Further copies of archived events. */
  readonly doubled: readonly ComparedEvent[];
  /** Archived events with the same `_id` and different content: all are kept. */
  readonly conflicting: readonly ComparedEvent[];
  /** Netskope has them, and they are in quarantine. */
  readonly quarantined: readonly ComparedEvent[];
}

/** What is counted in each hour, in the order in which it is shown. */
export const NUMBERS = ['netskope', 'archived', 'quarantined', 'missing', 'extra', 'doubled'] as const;

export type HourNumbers = Readonly<Record<(typeof NUMBERS)[number], number>>;

/** The comparison of one hour. */
export interface HourComparison extends HourNumbers {
  /** Whole hours since 1970. */
  readonly hour: number;
  /** Absent if only numbers were compared. */
  readonly events?: EventDifferences;
}

/** Compares numbers: each event that Netskope has must be in the archive or in quarantine. Needs no `_id`. */
export function compareCounts({ hour, ...events }: EventsOfHour): HourComparison {
  const [netskope, archived, quarantined] = [
    events.netskope.length,
    events.archived.length,
    events.quarantined.length,
  ];
  const surplus = archived + quarantined - netskope;
  return {
    hour,
    netskope,
    archived,
    quarantined,
    missing: Math.max(0, -surplus),
    extra: Math.max(0, surplus),
    doubled: 0,
  };
}

/** Compares event by event: by `_id`, or by content if there is none. */
export function compareEvents(ofHour: EventsOfHour): HourComparison {
  const differences = [...groups(ofHour).values()].map(compareGroup);
  const all = (kind: keyof EventDifferences): ComparedEvent[] =>
    differences.flatMap((group) => group[kind]).sort(byTime);
  const events: EventDifferences = {
    missing: all('missing'),
    extra: all('extra'),
    doubled: all('doubled'),
    conflicting: all('conflicting'),
    quarantined: all('quarantined'),
  };
  return {
    hour: ofHour.hour,
    netskope: ofHour.netskope.length,
    archived: ofHour.archived.length,
    quarantined: ofHour.quarantined.length,
    missing: events.missing.length,
    extra: events.extra.length,
    doubled: events.doubled.length,
    events,
  };
}

/** Whether archive and quarantine hold what Netskope has, and nothing else. */
export function isEqual({ missing, extra, doubled }: HourNumbers): boolean {
  return missing + extra + doubled === 0;
}

/** The numbers of all hours together. */
export interface Totals extends HourNumbers {
  readonly hours: number;
  readonly differingHours: number;
}

export function totalsOf(hours: readonly HourNumbers[]): Totals {
  const sum = (name: keyof HourNumbers): number => hours.reduce((total, hour) => total + hour[name], 0);
  return {
    hours: hours.length,
    differingHours: hours.filter((hour) => !isEqual(hour)).length,
    netskope: sum('netskope'),
    archived: sum('archived'),
    quarantined: sum('quarantined'),
    missing: sum('missing'),
    extra: sum('extra'),
    doubled: sum('doubled'),
  };
}

function byTime(one: ComparedEvent, other: ComparedEvent): number {
  return (one.timestampS ?? 0) - (other.timestampS ?? 0);
}

/** Events with the same `_id`, or without one and with the same content. */
interface Group {
  readonly netskope: ComparedEvent[];
  readonly archived: ComparedEvent[];
  readonly quarantined: ComparedEvent[];
}

function groups(ofHour: EventsOfHour): Map<string, Group> {
  const found = new Map<string, Group>();
  for (const place of ['netskope', 'archived', 'quarantined'] as const) {
    for (const event of ofHour[place]) {
      const key = event.id === undefined ? `content ${event.content}` : `id ${event.id}`;
      const group = found.get(key) ?? { netskope: [], archived: [], quarantined: [] };
      found.set(key, group);
      group[place].push(event);
    }
  }
  return found;
}

/**
 * Expects as many events with an `_id` as Netskope has. Content decides which of them is missing if both endpoints give
 * the same content, and order if they do not.
 */
function compareGroup({ netskope, archived, quarantined }: Group): EventDifferences {
  const contents = new Set<string>();
  const doubled: ComparedEvent[] = [];
  const distinct = archived.filter((event) => {
    const isFirst = !contents.has(event.content);
    contents.add(event.content);
    if (!isFirst) doubled.push(event);
    return isFirst;
  });
  const lacking = netskope.length - distinct.length;
  const inQuarantine = Math.min(Math.max(0, lacking), quarantined.length);
  return {
    missing: theOther(netskope, [...distinct, ...quarantined], lacking - inQuarantine),
    extra: theOther(distinct, netskope, -lacking),
    doubled,
    conflicting: distinct.length > 1 ? distinct : [],
    quarantined: quarantined.slice(0, inQuarantine),
  };
}

/** Up to `count` of `events`, first those whose content is not in `known`. */
function theOther(
  events: readonly ComparedEvent[],
  known: readonly ComparedEvent[],
  count: number,
): ComparedEvent[] {
  const contents = new Set(known.map(({ content }) => content));
  const isKnown = ({ content }: ComparedEvent): boolean => contents.has(content);
  const unknownFirst = [...events.filter((event) => !isKnown(event)), ...events.filter(isKnown)];
  return unknownFirst.slice(0, Math.max(0, count));
}
