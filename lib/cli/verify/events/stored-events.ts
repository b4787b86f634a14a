import { ownText } from '../../../../lambdas/collector/core/page/record';
import { dayOf, hourOf } from '../../../../lambdas/contract/storage/archive-layout';
import type { QuarantinedRecord } from '../../../../lambdas/contract/storage/event-record';
import { append } from '../../../../lambdas/shared/collections';
import { inParallel } from '../../../../lambdas/shared/in-parallel';
import { ArchiveObjects } from '../../archive/archive-objects';
import type { Deployment } from '../../deployment/deployment';
import { QuarantineDays } from '../../quarantine/quarantine-days';
import type { TimeRange } from '../../terminal/time-range';
import type { ComparedEvent } from './compared-event';
import { comparedEvent, comparedEvents } from './compared-event';
import type { EventsOfHour } from './hour-comparison';

/** Hours that one chunk asks Netskope for: the calls for a quiet tenant then stay within its rate limit. */
const CHUNK_HOURS = 6;
const SECONDS_PER_HOUR = 3600;
const HOURS_AT_ONCE = 4;

export interface SourceInDeployment {
  readonly deployment: Deployment;
  readonly sourceId: string;
}

/** The events of one hour that are stored. */
export type StoredHour = Omit<EventsOfHour, 'netskope'>;

/** What archive and quarantine hold of a range, by hour of event time. */
export class StoredEvents {
  private constructor(
    private readonly archive: ArchiveObjects,
    private readonly quarantined: QuarantinedHours,
    private readonly range: TimeRange,
  ) {}

  static async open({ deployment, sourceId }: SourceInDeployment, range: TimeRange): Promise<StoredEvents> {
    return new StoredEvents(
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

  /** @throws OperatorError if the archive cannot be read */
  hours(chunk: TimeRange): Promise<StoredHour[]> {
    return inParallel(hoursOf(chunk), HOURS_AT_ONCE, async (hour) => {
      const archived = (await archivedEvents(this.archive, hour)).filter((event) => isWithin(event, chunk));
      const quarantined = notIn(archived, this.quarantined.byHour.get(hour) ?? []);
      return { hour, archived, quarantined };
    });
  }
}

export function isWithin({ timestampS = 0 }: ComparedEvent, { fromEpochS, toEpochS }: TimeRange): boolean {
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
      else if (isWithin(event, range)) append(byHour, hourOf(event.timestampS), event);
    }
  }
  return { byHour, withoutTime };
}

/** Bytes that are not UTF-8 are decoded as those of Netskope's other endpoint: with replacement characters. */
function textOf({ raw, raw_base64 = '' }: QuarantinedRecord): string {
  return raw ?? Buffer.from(raw_base64, 'base64').toString('utf8');
}
