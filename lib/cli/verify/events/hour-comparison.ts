import type { ComparedEvent } from './compared-event';

/** What three places have of one hour, by event time. */
export interface EventsOfHour {
  /** Whole hours since 1970. */
  readonly hour: number;
  readonly netskope: readonly ComparedEvent[];
  readonly archived: readonly ComparedEvent[];
  readonly quarantined: readonly ComparedEvent[];
}

/** What differs, event by event. */
export interface EventDifferences {
  /** Netskope has them, archive and quarantine do not. */
  readonly missing: readonly ComparedEvent[];
  /** The archive has them, Netskope does not. */
  readonly extra: readonly ComparedEvent[];
  /** The archive has them once more. */
  readonly doubled: readonly ComparedEvent[];
  /** Events that share an `_id` with another one of the archive and say something else: both are kept. */
  readonly conflicting: readonly ComparedEvent[];
  /** Netskope has them, and they lie in quarantine. */
  readonly quarantined: readonly ComparedEvent[];
}

/** What is counted in each hour, in the order in which it is shown. */
export const NUMBERS = ['netskope', 'archived', 'quarantined', 'missing', 'extra', 'doubled'] as const;

/** Numbers of events. */
export type HourNumbers = Readonly<Record<(typeof NUMBERS)[number], number>>;

/** How the sides of one hour compare. */
export interface HourComparison extends HourNumbers {
  /** Whole hours since 1970. */
  readonly hour: number;
  /** Absent where only numbers were compared. */
  readonly events?: EventDifferences;
}

/** Compares numbers: what Netskope has must lie in the archive or in quarantine. It relies on no `_id`. */
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

/** Compares event by event: by `_id`, and those without one by their content. */
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

/** Whether the archive holds what Netskope has, and nothing else. */
export function isEqual({ missing, extra, doubled }: HourNumbers): boolean {
  return missing + extra + doubled === 0;
}

function byTime(one: ComparedEvent, other: ComparedEvent): number {
  return (one.timestampS ?? 0) - (other.timestampS ?? 0);
}

/** Events of one `_id`, or of one content. */
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
 * Of events that share an `_id` as many are expected as Netskope has. Which of them is missing is told by content where
 * the two endpoints give the same, and by order where they do not.
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

/** So many of `events`; first those that `known` has not. */
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
