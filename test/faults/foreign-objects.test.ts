import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import { Pipeline } from '../pipeline';
import { loginAt, outcomesOf, scheduledRuns } from './events';

const HOUR = 'netskope_audit/source=netskope/dt=2026-11-18/hour=11';

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start({ pageSize: 1 });
  pipeline.simulator.add([loginAt('e1', { atS: -1800 })]);
  await pipeline.run({ startLookbackHours: 1 });
});
afterEach(() => pipeline.stop());

async function putForeign(key: string, body: string): Promise<void> {
  await pipeline.aws.objects.put({
    bucket: LOCAL_BUCKET,
    key,
    body: Buffer.from(body),
    attributes: { contentType: 'application/octet-stream', userMetadata: {} },
    onlyIfAbsent: true,
  });
}

test.each([
  ['an empty marker of another program', `${HOUR}/_SUCCESS`, ''],
  ["somebody's notes", `${HOUR}/notes.txt`, 'do not delete'],
  ['an object that is named like ours and is not compressed', `${HOUR}/copy.ndjson.gz`, '{"_id":"e2"}'],
])(
  '%s in an hour that is compared does not stop the feed, which reports it once, and leaves it as it is',
  async (_what, key, body) => {
    await putForeign(key, body);
    // Dated into that hour, in three pages of one run: each is compared with what the hour holds.
    pipeline.simulator.add(
      [2, 3, 4].map((number) => loginAt(`e${number}`, { atS: 200 + number * 10, datedS: -1000 })),
    );
    const ends = await scheduledRuns(pipeline, 2);
    expect(outcomesOf(ends)).toEqual(['caught-up', 'caught-up']);
    expect((await pipeline.checkpoint()).totals.archived).toBe(4);
    expect(pipeline.metricSum('EventsArchived')).toBe(4);
    const told = pipeline.logged.filter((line) => line.includes('has not written'));
    expect(told).toEqual([expect.stringContaining(`"keys":["${key}"]`)]);
    expect((await pipeline.aws.objects.read(LOCAL_BUCKET, key)).body.toString()).toBe(body);
  },
);
