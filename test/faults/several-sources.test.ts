import { ownText } from '../../lambdas/collector/core/page/record';
import type { RunEnd } from '../pipeline';
import { NOW_S, Pipeline } from '../pipeline';
import { loginAt, nowS, outcomesOf } from './events';

const HANGING = 'emea';
const OTHERS = ['apac', 'us'];
const EVENTS_A_RUN = 2;

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
  for (const sourceId of [HANGING, ...OTHERS])
    await pipeline.deployment.putSecret(sourceId, { domain: `${sourceId}.goskope.com`, token: sourceId });
});
afterEach(() => pipeline.stop());

const run = (sourceId: string): Promise<RunEnd> =>
  pipeline.run({ sourceId, startLookbackHours: 1, scheduleMinutes: 5 });

/** Ids of the archived events of a source. */
async function idsOf(sourceId: string): Promise<string[]> {
  const lines = (await pipeline.archived()).filter(({ key }) => key.includes(`source=${sourceId}/`));
  return lines.map(({ line }) => (JSON.parse(line) as { readonly _id: string })._id).sort();
}

/** The schedules of all three begin at once; the calls of one are not answered until its timeout expires. */
async function hour(): Promise<Record<string, string[]>> {
  const outcomes: Record<string, string[]> = {};
  for (let round = 0; round < 12; round++) {
    pipeline.clock.pass(300_000);
    for (let event = 0; event < EVENTS_A_RUN; event++)
      pipeline.simulator.add([loginAt(`${round}-${event}`, { atS: nowS(pipeline) - 60 })]);
    const hanging = run(HANGING);
    const others = await Promise.all(OTHERS.map(run));
    pipeline.clock.expireTimeouts();
    for (const [place, end] of [await hanging, ...others].entries())
      (outcomes[[HANGING, ...OTHERS][place] ?? ''] ??= []).push(...outcomesOf([end]));
  }
  return outcomes;
}

test('of three sources one hangs for an hour: the others are collected as usual, and only its own lag grows', async () => {
  pipeline.simulator.hooks = {
    received: ({ index }) => (index.startsWith(HANGING) ? { kind: 'stall', served: 'never' } : undefined),
  };
  const outcomes = await hour();
  const ids = pipeline.simulator.events.map(({ id }) => id).sort();
  expect(ids).toHaveLength(24);
  for (const sourceId of OTHERS) {
    expect(new Set(outcomes[sourceId])).toEqual(new Set(['caught-up']));
    expect(await idsOf(sourceId)).toEqual(ids);
    expect(pipeline.metricSum('EventsArchived', sourceId)).toBe(24);
    expect(Math.max(...pipeline.metricValues('LagSeconds', sourceId))).toBe(0);
  }
  expect(new Set(outcomes[HANGING])).toEqual(new Set(['UpstreamUnavailableError', 'resting']));
  expect(await idsOf(HANGING)).toEqual([]);
  // It had to begin an hour before the first run.
  expect(pipeline.metricValues('LagSeconds', HANGING).at(-1)).toBe(3600 + 3600 - 300);

  pipeline.simulator.hooks = {};
  pipeline.clock.pass(600_000);
  expect(outcomesOf([await run(HANGING)])).toEqual(['caught-up']);
  expect(await idsOf(HANGING)).toEqual(ids);
  expect(pipeline.clock.nowMs()).toBe((NOW_S + 3600 + 600) * 1000);
});

test('two runs in one execution environment keep their pages apart', async () => {
  for (let event = 0; event < 7_000; event++) pipeline.simulator.add([loginAt(`e${event}`, { atS: -event })]);
  // The second, which begins an hour earlier, looks into the archive until the first has stored another page, a longer one.
  const { hooks } = pipeline.aws;
  let store = (): void => undefined;
  const isStored = new Promise<void>((resolve) => (store = resolve));
  pipeline.aws.hooks = {
    ...hooks,
    before: async (call) => {
      if (call.operation === 'PutObject' && call.key?.includes('source=apac') === true) store();
      if (call.operation.startsWith('List') && call.query.get('prefix')?.includes('source=us') === true)
        await isStored;
      return hooks.before?.(call);
    },
  };
  const runs = OTHERS.map((sourceId, place) =>
    pipeline.run({ sourceId, startLookbackHours: 1 + place, sharesEnvironment: true }),
  );
  void runs[0]?.finally(store);
  expect(outcomesOf(await Promise.all(runs))).toEqual(['caught-up', 'caught-up']);
  for (const [place, count] of [3_601, 7_000].entries()) {
    const ids = await idsOf(OTHERS[place] ?? '');
    expect([ids.length, new Set(ids).size]).toEqual([count, count]);
  }
  const texts = new Set(pipeline.simulator.events.map(({ text }) => text));
  const altered = (await pipeline.archived()).filter(({ line }) => !texts.has(ownText(line) ?? ''));
  expect(altered).toHaveLength(0);
});
