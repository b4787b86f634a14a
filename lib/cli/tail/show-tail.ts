import { setTimeout } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import { ArchiveObjects } from '../archive-objects';
import type { Session } from '../session';
import { eventLine } from './event-line';
import { inOrder, newestEvents, readEvents } from './newest-events';
import type { TailedEvent } from './newest-events';

export interface TailOptions {
  /** How many of the newest events are shown at first. */
  readonly lines: number;
  /** How far back events are looked for. */
  readonly hours: number;
  /** Whether to go on with events that are archived from now on. */
  readonly follow?: boolean;
  /** With `follow`: seconds between two looks into the archive. */
  readonly interval: number;
}

/** Prints the newest events of a source, and with `follow` every event that is archived later, until the session ends. */
export async function showTail(session: Session, options: TailOptions, sourceId?: string): Promise<void> {
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const archive = new ArchiveObjects({
    client: deployment.aws.client(S3Client),
    bucket: deployment.outputs.ArchiveBucket,
    sourceId: source.sourceId,
  });
  const keysOfWindow = (): Promise<string[]> =>
    archive.keysFrom(hourOf(session.nowMs() / 1000) - options.hours);
  const keys = await keysOfWindow();
  const events = await newestEvents(archive, keys, options.lines);
  print(session, events);
  if (events.length === 0 && options.lines > 0) {
    session.terminal.print(`No event of ${source.sourceId} in the last ${options.hours} h.`);
  }
  let seen = new Set(keys);
  while (options.follow === true) {
    await setTimeout(options.interval * 1000, undefined, { signal: session.signal });
    const current = await keysOfWindow();
    const fresh = current.filter((key) => !seen.has(key));
    seen = new Set(current);
    print(session, await eventsOf(archive, fresh));
  }
}

async function eventsOf(archive: ArchiveObjects, keys: readonly string[]): Promise<TailedEvent[]> {
  const events: TailedEvent[] = [];
  for (const key of keys) events.push(...(await readEvents(archive, key)));
  return inOrder(events);
}

function print({ terminal }: Session, events: readonly TailedEvent[]): void {
  for (const event of events) {
    terminal.print(eventLine(event, terminal));
    terminal.jsonText(event.line);
  }
}
