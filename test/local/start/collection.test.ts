import type { InvocationEnd } from '../../../lib/local/function-process';
import { collectAll } from '../../../lib/local/start/collection';
import { StartError, StartInterrupted } from '../../../lib/local/start/start-error';

const EVENT = { sourceId: 'netskope' };
const USE = { cpuMs: 0, maxRssBytes: 0, fullCollections: 0 };

/** A function with the given ends, one per invocation. */
function endingWith(...ends: InvocationEnd[]) {
  const payloads: unknown[] = [];
  return {
    payloads,
    invoke: async (payload: unknown): Promise<InvocationEnd> => {
      payloads.push(payload);
      const end = ends[payloads.length - 1];
      if (end === undefined) throw new Error(`invoked ${payloads.length} times; expected ${ends.length}`);
      return end;
    },
  };
}

function returned(summary: object): InvocationEnd {
  const value = {
    sourceId: 'netskope',
    runId: 'run-1',
    outcome: 'caught-up',
    pages: 2,
    archived: 300,
    quarantined: 4,
    duplicatesDropped: 5,
    conflictingIds: 6,
    drifted: 7,
    drift: {},
    bytesIn: 800,
    bytesOut: 900,
    lagS: 10,
    durationMs: 1100,
    ...summary,
  };
  return { kind: 'returned', value, ...USE };
}

function collect(collector: ReturnType<typeof endingWith>, signal = new AbortController().signal) {
  return collectAll(collector, EVENT, signal);
}

describe('collecting until nothing is left', () => {
  it('invokes the function again while it reports more to come, and adds the runs up', async () => {
    const collector = endingWith(
      returned({ outcome: 'more-to-come', lagS: 5000 }),
      returned({ outcome: 'more-to-come', archived: 1, lagS: 400 }),
      returned({ archived: 20, lagS: 3 }),
    );
    expect(await collect(collector)).toEqual({
      pages: 6,
      archived: 321,
      quarantined: 12,
      duplicatesDropped: 15,
      conflictingIds: 18,
      drifted: 21,
      bytesIn: 2400,
      bytesOut: 2700,
      lagS: 3,
      durationMs: 3300,
    });
    expect(collector.payloads).toEqual([EVENT, EVENT, EVENT]);
  });

  it('fails with the message of the function if a run fails', async () => {
    const error = { name: 'ArchiveError', message: 'object x could not be written', stack: '' };
    await expect(collect(endingWith({ kind: 'failed', error, ...USE }))).rejects.toThrow(
      new StartError(
        'The run failed: ArchiveError: object x could not be written. What is archived stays; the next npm start goes on from the checkpoint.',
      ),
    );
  });

  it('fails if the process of the function is gone', async () => {
    await expect(collect(endingWith({ kind: 'died', signal: 'SIGKILL' }))).rejects.toThrow(
      "The run failed: the function's process ended with SIGKILL.",
    );
  });

  it.each(['already-running', 'awaiting-credentials'])('fails if a run ends at once: %s', async (outcome) => {
    await expect(collect(endingWith(returned({ outcome })))).rejects.toThrow(
      `The run ended at once with '${outcome}'; expected it to collect events.`,
    );
  });

  it('fails if the source rests, and says until when and what comes then', async () => {
    const restUntilMs = Date.UTC(2026, 10, 28, 9, 30, 5);
    await expect(collect(endingWith(returned({ outcome: 'resting', restUntilMs })))).rejects.toThrow(
      'The source rests until 2026-11-28 09:30:05 UTC: a call may still be running at Netskope, or Netskope asked to wait. What is archived stays; npm start goes on from the checkpoint after that.',
    );
  });

  it('fails if the function returns anything but the summary of a run', async () => {
    await expect(collect(endingWith({ kind: 'returned', value: { ok: 1 }, ...USE }))).rejects.toThrow(
      'The function returned {"ok":1}; expected the summary of a run.',
    );
  });

  it('invokes nothing once the operator has interrupted', async () => {
    const collector = endingWith();
    await expect(collect(collector, AbortSignal.abort())).rejects.toThrow(StartInterrupted);
    expect(collector.payloads).toEqual([]);
  });

  it('treats the death of the function by Ctrl-C as an interruption', async () => {
    await expect(collect(endingWith({ kind: 'died', signal: 'SIGINT' }))).rejects.toThrow(StartInterrupted);
  });
});
