import { readFile } from 'node:fs/promises';
import { pageOf } from '../../../lambdas/collector/core/page/envelope';
import { RecordWriter } from '../../../lambdas/collector/core/page/record';
import { validatedPage } from '../../../lambdas/collector/core/page/validated-page';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { append } from '../../../lambdas/shared/collections';
import { parsedJson } from '../../../lambdas/shared/json-text';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { chooseDetection } from '../detection/chosen-detection';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { DetectOptions } from './detect-archived';
import { DetectionReport } from './detection-report';
import { matchLines, ReplayedDetector } from './replayed-detector';

/**
 * Shows the alerts that the detector would have raised for the events of a file. It needs neither a deployment nor an
 * archive.
 */
export async function detectEvents(
  session: Session,
  file: string,
  options: DetectOptions,
  askedSourceId?: string,
): Promise<void> {
  const detection = await chooseDetection(options);
  const { feed } = session;
  const nowMs = session.nowMs();
  const { sourceId, hours, rejected } = await readEventsFile(file, { feed, sourceId: askedSourceId, nowMs });
  const [fromHour, lastHour] = [hours[0]?.hour ?? hourOf(nowMs / 1000), hours.at(-1)?.hour];
  const report = new DetectionReport(session.terminal, {
    sourceId,
    range: { learnFromHour: fromHour, fromHour, endHour: (lastHour ?? fromHour) + 1 },
    firstEventHour: hours[0]?.hour,
    detection,
    shown: options,
    notes: rejected === undefined ? [] : [rejected],
    isFull: options.full === true,
  });
  const detector = new ReplayedDetector();
  for (const { hour, lines } of hours) {
    const matched = { hour, objects: [matchLines(lines, { sourceId, tuning: detection.tuning }, file)] };
    report.add(matched, detector.evaluate(matched));
  }
  report.show();
  if (report.tally.reaches(options.failOn)) session.exitCode = ExitCode.Finding;
}

/** The events of a file, as the archive would hold them. */
interface EventsOfFile {
  readonly sourceId: string;
  /** Oldest first; empty if the collector would put every event into quarantine. */
  readonly hours: readonly { readonly hour: number; readonly lines: readonly string[] }[];
  /** What the collector would put into quarantine, as a sentence that is safe for a terminal; absent if nothing. */
  readonly rejected?: string;
}

/** How the events of a file are read. */
interface EventsFileOptions {
  readonly feed: Feed;
  /** Id of the source. @default - the one that the records name, or else `file` */
  readonly sourceId?: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** One event and its text. */
interface FileEvent {
  readonly value: unknown;
  readonly text: string;
}

interface ArchiveLine {
  readonly hour: number;
  readonly line: string;
}

const NO_SOURCE = 'file';
const EXPECTED =
  'a JSON array of events, or one event a line, as Netskope sends them or as they are archived';

/**
 * Reads a file with events as Netskope sends them, which are validated and written as the collector does it, or with
 * records of the archive.
 * @throws OperatorError if it is no such file
 */
async function readEventsFile(file: string, options: EventsFileOptions): Promise<EventsOfFile> {
  const events = eventsIn(await textOf(file), file);
  const archived = events.filter(({ value }) => isArchived(value));
  const received = events.filter(({ value }) => !isArchived(value));
  const sourceId = sourceOf({ archived, received }, file, options.sourceId);
  const ofSource = archived.filter(({ value }) => sourceIdOf(value) === sourceId);
  const fresh = linesOfReceived(received, { ...options, sourceId });
  const lines = [...ofSource.map((event) => lineOfArchived(event, file)), ...fresh.lines];
  return { sourceId, hours: byHour(lines), rejected: fresh.rejected };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw wrongFile(`${file} cannot be read: ${code}`, cause);
  }
}

function eventsIn(text: string, file: string): FileEvent[] {
  const whole = parsedJson(text);
  const values = whole === undefined ? undefined : valuesOf(whole);
  const events =
    values?.map((value) => ({ value, text: JSON.stringify(value) })) ??
    text
      .split('\n')
      .map((line, place) => ({ text: line.trim(), place }))
      .filter((line) => line.text !== '')
      .map((line) => ({
        text: line.text,
        value: parsedLine(line.text, `Line ${line.place + 1} of ${file}`),
      }));
  if (events.length === 0) throw wrongFile(`${file} has no event`);
  return events;
}

/** The events of a whole file: of an array, of an answer of Netskope, or the only one. */
function valuesOf(whole: unknown): readonly unknown[] {
  if (Array.isArray(whole)) return whole;
  const { result } = (whole ?? {}) as { readonly result?: unknown };
  return Array.isArray(result) ? result : [whole];
}

function parsedLine(text: string, where: string): unknown {
  const value = parsedJson(text);
  if (value !== undefined) return value;
  throw wrongFile(`${where} is no JSON`);
}

function isArchived(value: unknown): boolean {
  const { p_row_id: rowId } = (value ?? {}) as { readonly p_row_id?: unknown };
  return typeof rowId === 'string' && sourceIdOf(value) !== undefined;
}

function sourceIdOf(value: unknown): string | undefined {
  const { p_source_id: id } = (value ?? {}) as { readonly p_source_id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

/** The source whose events are evaluated: one at a time, as everywhere. A received event names none. */
function sourceOf(
  { archived, received }: Readonly<Record<'archived' | 'received', readonly FileEvent[]>>,
  file: string,
  asked: string | undefined,
): string {
  const ids = [...new Set(archived.flatMap(({ value }) => sourceIdOf(value) ?? []))];
  const shownIds = visibleText(ids.join(', '));
  if (asked === undefined && ids.length < 2) return ids[0] ?? NO_SOURCE;
  if (asked !== undefined && (received.length > 0 || ids.includes(asked))) return asked;
  throw new OperatorError({
    what:
      asked === undefined
        ? `Which source? ${file} has events of ${shownIds}.`
        : `${file} has no event of source ${JSON.stringify(asked)}; it has events of ${shownIds}.`,
    whatToDo: 'Name one of them.',
    exitCode: ExitCode.WrongUsage,
  });
}

function lineOfArchived({ value, text }: FileEvent, file: string): ArchiveLine {
  const event = readArchivedEvent(value);
  if (event !== undefined) return { hour: hourOf(event.timeS), line: text };
  throw wrongFile(`${file} has an archived record without a time that can be read`);
}

/** Records as the collector would write them. */
function linesOfReceived(
  events: readonly FileEvent[],
  { feed, sourceId, nowMs }: EventsFileOptions & { readonly sourceId: string },
): { readonly lines: readonly ArchiveLine[]; readonly rejected?: string } {
  const { page, accepted, rejected } = validatedPage(
    pageOf(
      feed,
      events.map(({ text }) => Buffer.from(text)),
    ),
  );
  const written = new RecordWriter(feed, { sourceId, label: sourceId }, nowMs).lines(page, accepted);
  const lines = written.toString('utf8').split('\n');
  const [reason] = rejected.flatMap(({ reasons }) => reasons);
  return {
    lines: accepted.map(({ hour }, place) => ({ hour, line: lines[place] ?? '' })),
    ...(reason === undefined
      ? {}
      : {
          rejected: `${countOf(rejected.length, 'event')} would go into quarantine, not to the detector; the first because ${visibleText(reason)}.`,
        }),
  };
}

function byHour(lines: readonly ArchiveLine[]): EventsOfFile['hours'] {
  const hours = new Map<number, string[]>();
  for (const { hour, line } of lines) append(hours, hour, line);
  return [...hours]
    .map(([hour, ofHour]) => ({ hour, lines: ofHour }))
    .sort((one, other) => one.hour - other.hour);
}

function wrongFile(finding: string, cause?: unknown): OperatorError {
  return new OperatorError(
    {
      what: `${finding}; expected ${EXPECTED}.`,
      whatToDo: 'Name the right file with --events.',
      exitCode: ExitCode.WrongUsage,
    },
    { cause },
  );
}
