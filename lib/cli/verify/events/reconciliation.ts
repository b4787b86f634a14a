import { setTimeout as sleep } from 'node:timers/promises';
import { ownText } from '../../../../lambdas/collector/core/page/record';
import { dayOf, hourOf } from '../../../../lambdas/contract/storage/archive-layout';
import type { QuarantinedRecord } from '../../../../lambdas/contract/storage/event-record';
import { append } from '../../../../lambdas/shared/collections';
import { ArchiveObjects } from '../../archive/archive-objects';
import { inParallel } from '../../archive/in-parallel';
import type { Deployment } from '../../deployment/deployment';
import type { EventsPage, EventsQuery } from '../../netskope/events-data-client';
import { EventsDataClient, MAX_PAGE_EVENTS } from '../../netskope/events-data-client';
import { OperatorError } from '../../operator-error';
import { QuarantineDays } from '../../quarantine/quarantine-days';
import type { Session } from '../../session';
import { readCredentials } from '../../setup/source-secret';
import type { TimeRange } from '../../terminal/time-range';
import type { ComparedEvent } from './compared-event';
import { comparedEvent, comparedEvents } from './compared-event';
import type { EventsOfHour } from './hour-comparison';

/** Hours that one chunk asks Netskope for: the calls for a quiet tenant then stay within its rate limit. */
const CHUNK_HOURS = 6;
const SECONDS_PER_HOUR = 3600;
const HOURS_AT_ONCE = 4;

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
    private readonly archive: ArchiveObjects,
    private readonly quarantined: QuarantinedHours,
    private readonly range: TimeRange,
  ) {}

  /** @throws OperatorError if the source has no credentials */
  static async open(
    { nowMs, signal }: Session,
    place: { readonly deployment: Deployment; readonly sourceId: string },
    range: TimeRange,
  ): Promise<Reconciliation> {
    const { deployment, sourceId } = place;
    const { origin, token } = await readCredentials(deployment, sourceId);
    const { feed } = deployment;
    return new Reconciliation(
      new EventsDataClient({ feed, origin, token, nowMs, sleep: (ms) => sleep(ms, undefined, { signal }) }),
      new ArchiveObjects(deployment, sourceId),
      await quarantinedHours(new QuarantineDays(deployment, sourceId), range),
      range,
    );
  }

  /** Number of quarantined events without a usable time. */
  get quarantinedWithoutTime(): number {
    return this.quarantined.withoutTime.length;
  }

  /** Parts of the range, in order. They end on whole hours, so that no hour is in two of them. */
  get chunks(): TimeRange[] {
    const chunks: TimeRange[] = [];
    let { fromEpochS } = this.range;
    while (fromEpochS < this.range.toEpochS) {
      const toEpochS = Math.min(this.range.toEpochS, (hourOf(fromEpochS) + CHUNK_HOURS) * SECONDS_PER_HOUR);
      chunks.push({ fromEpochS, toEpochS });
      fromEpochS = toEpochS;
    }
    return chunks;
  }

  /** @throws OperatorError if Netskope or the archive cannot be read */
  async events(chunk: TimeRange): Promise<EventsOfChunk> {
    const found = await fetchEvents(this.client, chunk);
    const netskope = eventsByHour(found);
    const hours = await inParallel(hoursOf(chunk), HOURS_AT_ONCE, async (hour) => {
      const archived = (await archivedEvents(this.archive, hour)).filter((event) => isWithin(event, chunk));
      const quarantined = notIn(archived, this.quarantined.byHour.get(hour) ?? []);
      return { hour, netskope: netskope.get(hour) ?? [], archived, quarantined };
    });
    return { hours, withoutTime: found.filter(({ timestampS }) => timestampS === undefined).length };
  }
}

function isWithin({ timestampS = 0 }: ComparedEvent, { fromEpochS, toEpochS }: TimeRange): boolean {
  return timestampS >= fromEpochS && timestampS < toEpochS;
}

/** An event may be in both places: first rejected, then accepted when it was delivered again after a fix. */
function notIn(archived: readonly ComparedEvent[], quarantined: readonly ComparedEvent[]): ComparedEvent[] {
  const contents = new Set(archived.map(({ content }) => content));
  return quarantined.filter(({ content }) => !contents.has(content));
}

function hoursOf({ fromEpochS, toEpochS }: TimeRange): number[] {
  const first = hourOf(fromEpochS);
  return Array.from({ length: hourOf(toEpochS - 1) - first + 1 }, (_, place) => first + place);
}

/**
 * The archived events of one hour, in no order; an event that is stored twice is returned twice, one that is stored in
 * two editions once.
 * @param hour whole hours since 1970
 */
async function archivedEvents(archive: ArchiveObjects, hour: number): Promise<ComparedEvent[]> {
  const texts: string[] = [];
  for (const key of await archive.keysOf(hour))
    for (const line of await archive.lines(key)) texts.push(ownText(line) ?? line);
  return comparedEvents(texts);
}

/** Events that are only in quarantine, by the hour of their event time. */
interface QuarantinedHours {
  readonly byHour: ReadonlyMap<number, readonly ComparedEvent[]>;
  /** Events without a usable time: they may belong to any hour. */
  readonly withoutTime: readonly ComparedEvent[];
}

/** Reads the quarantine from the range's first day on: no event arrives before its event time. */
async function quarantinedHours(quarantine: QuarantineDays, range: TimeRange): Promise<QuarantinedHours> {
  const byHour = new Map<number, ComparedEvent[]>();
  const withoutTime: ComparedEvent[] = [];
  for (const day of await quarantine.days(dayOf(range.fromEpochS * 1000))) {
    for await (const { record, isRedriven } of quarantine.events(day)) {
      if (isRedriven) continue;
      const event = comparedEvent(textOf(record));
      if (event.timestampS === undefined) withoutTime.push(event);
      else if (isWithin(event, range)) add(byHour, event);
    }
  }
  return { byHour, withoutTime };
}

/** Bytes that are not UTF-8 are decoded as those of Netskope's other endpoint: with replacement characters. */
function textOf({ raw, raw_base64 = '' }: QuarantinedRecord): string {
  return raw ?? Buffer.from(raw_base64, 'base64').toString('utf8');
}

/** Groups events by the hour of their event time. */
function eventsByHour(events: readonly ComparedEvent[]): Map<number, ComparedEvent[]> {
  const byHour = new Map<number, ComparedEvent[]>();
  for (const event of events) if (event.timestampS !== undefined) add(byHour, event);
  return byHour;
}

function add(byHour: Map<number, ComparedEvent[]>, event: ComparedEvent): void {
  append(byHour, hourOf(event.timestampS ?? 0), event);
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
