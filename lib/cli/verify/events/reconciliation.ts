import { setTimeout as sleep } from 'node:timers/promises';
import { hourOf } from '../../../../lambdas/contract/storage/archive-layout';
import { append } from '../../../../lambdas/shared/collections';
import type { EventsPage, EventsQuery } from '../../netskope/events-data-client';
import { EventsDataClient, MAX_PAGE_EVENTS } from '../../netskope/events-data-client';
import { OperatorError } from '../../operator-error';
import type { Session } from '../../session';
import { readCredentials } from '../../setup/source-secret';
import type { TimeRange } from '../../terminal/time-range';
import type { ComparedEvent } from './compared-event';
import { comparedEvents } from './compared-event';
import type { EventsOfHour } from './hour-comparison';
import type { SourceInDeployment } from './stored-events';
import { isWithin, StoredEvents } from './stored-events';

/** The events of some hours, at Netskope and stored here. */
interface EventsOfChunk {
  readonly hours: readonly EventsOfHour[];
  /** Number of Netskope's events without a usable time. */
  readonly withoutTime: number;
}

/** Reads Netskope's other endpoint, and archive and quarantine beside it. One chunk of hours is in memory at a time. */
export class Reconciliation {
  private constructor(
    private readonly client: EventsDataClient,
    readonly stored: StoredEvents,
  ) {}

  /** @throws OperatorError if the source has no credentials */
  static async open(
    { nowMs, signal }: Session,
    place: SourceInDeployment,
    range: TimeRange,
  ): Promise<Reconciliation> {
    const { origin, token } = await readCredentials(place.deployment, place.sourceId);
    const { feed } = place.deployment;
    return new Reconciliation(
      new EventsDataClient({ feed, origin, token, nowMs, sleep: (ms) => sleep(ms, undefined, { signal }) }),
      await StoredEvents.open(place, range),
    );
  }

  /** @throws OperatorError if Netskope or the archive cannot be read */
  async events(chunk: TimeRange): Promise<EventsOfChunk> {
    const found = await fetchEvents(this.client, chunk);
    const netskope = eventsByHour(found);
    const hours = (await this.stored.hours(chunk)).map((ofHour) => ({
      ...ofHour,
      netskope: netskope.get(ofHour.hour) ?? [],
    }));
    return { hours, withoutTime: found.filter(({ timestampS }) => timestampS === undefined).length };
  }
}

/** Groups events by the hour of their event time. */
function eventsByHour(events: readonly ComparedEvent[]): Map<number, ComparedEvent[]> {
  const byHour = new Map<number, ComparedEvent[]>();
  for (const event of events)
    if (event.timestampS !== undefined) append(byHour, hourOf(event.timestampS), event);
  return byHour;
}

type PageSource = Pick<EventsDataClient, 'page'>;

/**
 * Fetches all events that Netskope has for a closed range, each once. A range with a full page is halved, because
 * paging by offset is not known to be exact while events may still move (Netskope's command line). Only a single second
 * is paged. Events without a usable time are returned with the range they came in.
 * @throws OperatorError if Netskope cannot be asked, or ignores `offset`
 */
export async function fetchEvents(client: PageSource, range: TimeRange): Promise<ComparedEvent[]> {
  const query = { ...boundsOf(range), offset: 0 };
  const page = await client.page(query);
  const { fromEpochS, toEpochS } = range;
  if (page.texts.length >= MAX_PAGE_EVENTS && toEpochS - fromEpochS > 1) {
    const middleS = Math.floor((fromEpochS + toEpochS) / 2);
    const earlier = await fetchEvents(client, { fromEpochS, toEpochS: middleS });
    return [...earlier, ...(await fetchEvents(client, { fromEpochS: middleS, toEpochS }))];
  }
  const texts = hasMore(page) ? await allPages(client, query, page) : page.texts;
  return eachOnce(
    comparedEvents(texts).filter((event) => event.timestampS === undefined || isWithin(event, range)),
  );
}

/**
 * This version of the API does not document whether its bounds are inclusive; the previous one excluded `starttime` and
 * included `endtime`. Each bound gets one more second, and events outside the range are dropped here.
 */
function boundsOf({ fromEpochS, toEpochS }: TimeRange): Pick<EventsQuery, 'startS' | 'endS'> {
  return { startS: fromEpochS - 1, endS: toEpochS };
}

/** A page that is not full, although there are more events, comes from a server with a lower limit than documented. */
function hasMore({ texts, total = 0 }: EventsPage): boolean {
  return texts.length >= MAX_PAGE_EVENTS || total > texts.length;
}

/** Asks with a growing offset until a page is empty. */
async function allPages(client: PageSource, query: EventsQuery, first: EventsPage): Promise<string[]> {
  const texts = [...first.texts];
  for (;;) {
    const page = await client.page({ ...query, offset: texts.length });
    if (page.texts.length === 0) return texts;
    if (page.texts[0] === first.texts[0]) throw offsetIgnored(query, first.texts.length);
    texts.push(...page.texts);
  }
}

function offsetIgnored({ startS, endS }: EventsQuery, events: number): OperatorError {
  const iso = (epochS: number): string => new Date(epochS * 1000).toISOString();
  return new OperatorError({
    what: `Netskope has more than ${events} events between ${iso(startS)} and ${iso(endS)}, and gives the first ${events} again when asked for the next: it ignores offset.`,
    whatToDo:
      'These events cannot be counted. Leave their hour out with --from and --to, and check it with verify --chain.',
  });
}

/** Ranges overlap and pages may shift: events with the same `_id` and content are the same. Others are not. */
function eachOnce(events: readonly ComparedEvent[]): ComparedEvent[] {
  const met = new Set<string>();
  return events.filter(({ id, content }) => {
    if (id === undefined) return true;
    const key = `${content} ${id}`;
    if (met.has(key)) return false;
    met.add(key);
    return true;
  });
}
