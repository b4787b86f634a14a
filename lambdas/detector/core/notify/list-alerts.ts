import type { ManifestHead, ManifestObject } from '../../../contract/storage/manifest';
import { inParallel } from '../../../shared/in-parallel';
import type { LeftObject } from '../../../shared/manifest';
import { Manifest } from '../../../shared/manifest';
import type { DetectorDeps, PutAlert } from '../ports';
import type { Outbox } from './outbox';
import { TAKEN_S } from './outbox';
import type { SourceOutbox } from './stored-outbox';
import { changeOutbox } from './stored-outbox';

/** Lines of alerts have it in place of the name of an index, for no page of Netskope is behind them. */
const NO_INDEX = 'alerts';

/** Limit on the alerts that may stand in no line, so that the item stays small while S3 refuses lines. */
const MAX_OPEN = 1_000;

const OBJECTS_AT_ONCE = 8;

/** Notes alerts before they are stored: whatever dies then, a sweep lists them. */
export function withOpen(outbox: Outbox, keys: readonly string[], nowS: number): Outbox {
  if (keys.length === 0) return outbox;
  const { chain = { open: [] } } = outbox;
  const others = chain.open.filter(({ key }) => !keys.includes(key));
  const open = [...others, ...keys.map((key) => ({ key, untilS: nowS + TAKEN_S }))].slice(-MAX_OPEN);
  return { ...outbox, chain: { ...chain, open } };
}

/**
 * Lists alerts that are stored, in one line, and each once. The outbox was read before they were stored: so one that is
 * new stands in no line that the outbox knows, and lines behind those are read before another is written.
 * @throws ArchiveError, NewerFormatError, StateError
 */
export function listAlerts(
  deps: DetectorDeps,
  outbox: SourceOutbox,
  alerts: readonly PutAlert[],
): Promise<SourceOutbox> {
  return list(deps, outbox, {
    fresh: alerts.filter(({ isNew }) => isNew).map(({ object }) => object),
    left: alerts.filter(({ isNew }) => !isNew),
    done: alerts.map(({ object }) => object.key),
  });
}

/**
 * Lists what detectors have left that died between storing an alert and listing it. What is not there was never stored.
 * @throws ArchiveError, NewerFormatError, StateError
 */
export async function listLeft(deps: DetectorDeps, outbox: SourceOutbox): Promise<SourceOutbox> {
  const nowS = Math.floor(deps.nowMs() / 1000);
  const open = outbox.stored.state.chain?.open ?? [];
  const done = open.filter(({ untilS }) => untilS <= nowS).map(({ key }) => key);
  if (done.length === 0) return outbox;
  const found = await inParallel(done, OBJECTS_AT_ONCE, (key) => deps.alerts.find(key));
  return list(deps, outbox, { fresh: [], left: found.filter((object) => object !== undefined), done });
}

interface AlertsToList {
  /** Those that stand in no line. */
  readonly fresh: readonly ManifestObject[];
  /** Those that may stand in one. */
  readonly left: readonly LeftObject[];
  /** Keys of all. */
  readonly done: readonly string[];
}

async function list(
  { alertLines, states, log, runId, nowMs }: DetectorDeps,
  from: SourceOutbox,
  { fresh, left, done }: AlertsToList,
): Promise<SourceOutbox> {
  let outbox = from;
  const { sourceId } = from;
  const manifest = new Manifest(alertLines(sourceId), from.stored.state.chain?.head);
  const note = async (keys: readonly string[]): Promise<void> => {
    outbox = await changeOutbox(states, outbox, (state) => withListed(state, keys, manifest.head));
  };
  const objects = [...fresh, ...(await manifest.unlisted(left))];
  if (objects.length > 0) {
    const writtenAt = new Date(nowMs()).toISOString();
    const entry = { writtenAt, runId, indexName: NO_INDEX, sequence: 0, received: 0, objects };
    for (const { number } of await manifest.append(entry, () => note([])))
      log.error('foreign object among the lines of alerts', { sourceId, line: number });
  }
  await note(done);
  return outbox;
}

/** Another detector may have come further meanwhile. */
function withListed(outbox: Outbox, keys: readonly string[], head: ManifestHead): Outbox {
  const { chain = { open: [] } } = outbox;
  const isNewer = head.number > (chain.head?.number ?? 0);
  const open = chain.open.filter(({ key }) => !keys.includes(key));
  if (!isNewer && open.length === chain.open.length) return outbox;
  return { ...outbox, chain: { ...chain, ...(isNewer && { head }), open } };
}
