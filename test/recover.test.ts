import { NetskopeSimulator } from '../lib/local/netskope-simulator/netskope-simulator';
import type { RegionalDeployment } from './embedded-region';
import { EmbeddedRegion } from './embedded-region';
import { loginAt, namelessAt } from './faults/events';
import { manifestLines, manifestProblems } from './manifest-chain';
import { NOW_S } from './pipeline';
import { TestClock } from './test-clock';

const CREDENTIALS = '{"domain":"corp.goskope.com","token":"a-token"}';
const SECRET = 'NetskopeAudit/netskope';
const SOURCES = [{ id: 'netskope', secret: SECRET, dailyRecheck: false }];
const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;

/** These walk through docs/recover.md. A tenant has an event every ten minutes; every seventh goes into quarantine. */
describe.each(['insertion', 'event-time'] as const)('a tenant whose iterator walks by %s', (walksBy) => {
  let clock: TestClock;
  let simulator: NetskopeSimulator;
  let region: EmbeddedRegion;
  let events: number;
  let lost: RegionalDeployment;

  /** A deployment that has collected for an hour what its tenant has done for 25. */
  beforeEach(async () => {
    clock = new TestClock(NOW_S * 1000);
    simulator = await NetskopeSimulator.start({
      nowMs: () => clock.nowMs(),
      rateLimitPerS: 'unlimited',
      waitTimeS: 0,
      walksBy,
    });
    region = await EmbeddedRegion.start(clock, simulator);
    events = 0;
    for (let hoursAgo = 23.7; hoursAgo > 0; hoursAgo -= 1) act(-hoursAgo * HOUR_MS);
    lost = await region.deploy({ sources: [{ id: 'netskope', dailyRecheck: false }] });
    region.aws.secrets.putValue(SECRET, CREDENTIALS, 'version-1');
    await live(lost, 1);
    expect(await lost.storedTexts()).toEqual(allTexts());
  });
  afterEach(async () => {
    await region.stop();
    await simulator.stop();
  });

  /** The tenant's next event. */
  function act(afterMs = 0): void {
    const atS = Math.floor((clock.nowMs() + afterMs) / 1000) - NOW_S - 60;
    const name = `event-${++events}`;
    simulator.add([events % 7 === 0 ? namelessAt(name, atS) : loginAt(name, { atS })]);
  }

  const allTexts = (): string[] => simulator.events.map(({ text }) => text).sort();

  /** Hours in which the tenant goes on, and nobody collects. */
  function silence(hours: number): void {
    for (let step = 0; step < hours * 6; step++) {
      clock.pass(TEN_MINUTES_MS);
      act();
    }
  }

  /** Hours in which a deployment collects every ten minutes. */
  async function live(deployment: RegionalDeployment, hours: number): Promise<void> {
    for (let run = 0; run < hours * 6; run++) {
      clock.pass(TEN_MINUTES_MS);
      act();
      await deployment.collect();
    }
  }

  const chainOf = ({ region: { aws }, bucket }: RegionalDeployment): Promise<string[]> =>
    manifestProblems(aws.objects, bucket, 'netskope');

  async function expectEachOnceAndListed(deployment: RegionalDeployment): Promise<void> {
    expect(await deployment.storedTexts()).toEqual(allTexts());
    expect(await chainOf(deployment)).toEqual([]);
    const lines = await manifestLines(deployment.region.aws.objects, deployment.bucket, 'netskope');
    expect((await deployment.checkpoint()).manifest?.number).toBe(lines.length);
  }

  test('a lost stack: a new one adopts archive, checkpoints and secret, and goes on as if nothing had happened', async () => {
    const { indexName, totals } = await lost.checkpoint();
    silence(5);
    const adopt = { archiveBucket: lost.bucket, checkpointTable: lost.table };
    const next = await region.deploy({ sources: SOURCES, adopt });
    await live(next, 1);
    await expectEachOnceAndListed(next);
    const now = await next.checkpoint();
    expect(now.indexName).toBe(indexName);
    expect(now.totals.archived + now.totals.quarantined).toBe(events);
    expect(now.totals.archived).toBeGreaterThan(totals.archived);
  });

  describe('a lost checkpoint table, with a full archive', () => {
    test('and a new, empty one: the feed begins as far back as it looks, and loses and doubles nothing', async () => {
      silence(5);
      await region.createTable('checkpoints-anew');
      const adopt = { archiveBucket: lost.bucket, checkpointTable: 'checkpoints-anew' };
      const next = await region.deploy({ sources: SOURCES, adopt });
      await live(next, 1);
      await expectEachOnceAndListed(next);
      // Only what the archive did not have is counted anew.
      const { totals } = await next.checkpoint();
      expect(totals.archived + totals.quarantined).toBe(36);
    });

    test('that was lost for longer than the feed looks back: a longer look back finds it all', async () => {
      silence(30);
      await region.createTable('checkpoints-anew');
      const adopt = { archiveBucket: lost.bucket, checkpointTable: 'checkpoints-anew' };
      const next = await region.deploy({ sources: [{ ...SOURCES[0], startLookbackHours: 48 }], adopt });
      await live(next, 1);
      await expectEachOnceAndListed(next);
    });

    /** The feed goes on for hours after the backup, and then nobody collects for one. */
    async function restoreAfter(hours: number): Promise<RegionalDeployment> {
      const restore = await region.backUp(lost.table);
      await live(lost, hours);
      silence(1);
      await restore('checkpoints-restored');
      const adopt = { archiveBucket: lost.bucket, checkpointTable: 'checkpoints-restored' };
      const next = await region.deploy({ sources: SOURCES, adopt });
      await live(next, 1);
      return next;
    }

    test('and one restored as it was: nothing is lost or doubled', async () => {
      await expectEachOnceAndListed(await restoreAfter(0));
    });

    test('and one restored from two hours before: nothing is lost, and no event with an id is doubled', async () => {
      const next = await restoreAfter(2);
      const texts = await next.storedTexts();
      expect([...new Set(texts)]).toEqual(allTexts());
      const doubled = texts.filter((text, place) => texts.indexOf(text) !== place);
      expect(doubled.filter((text) => text.includes('"_id"'))).toEqual([]);
      expect(await chainOf(next)).toEqual([]);
    });
  });

  describe('a lost region', () => {
    let other: EmbeddedRegion;
    beforeEach(async () => {
      silence(5);
      other = await EmbeddedRegion.start(clock, simulator);
      other.aws.secrets.create(SECRET);
      other.aws.secrets.putValue(SECRET, CREDENTIALS, 'version-1');
    });
    afterEach(() => other.stop());

    /** Copies the archive into the other region, as a replication would have. */
    async function replicate(isReplicated: (key: string) => boolean): Promise<void> {
      await other.aws.objects.createBucket('replica');
      for (const key of region.aws.objects.keys(lost.bucket).filter(isReplicated)) {
        const { object, body } = await region.aws.objects.read(lost.bucket, key);
        const copy = { bucket: 'replica', key, body, attributes: object, onlyIfAbsent: false };
        await other.aws.objects.put(copy);
      }
    }

    /** Keys of the last line of the manifest, and of its objects. */
    async function lastPage(): Promise<string[]> {
      const lines = region.aws.objects.keys(lost.bucket).filter((key) => key.startsWith('manifest/'));
      const [line] = (await manifestLines(region.aws.objects, lost.bucket, 'netskope')).slice(-1);
      return [lines.at(-1) ?? '', ...(line?.objects ?? []).map(({ key }) => key)];
    }

    test('with a replica of the archive: a new deployment adopts it, and loses and doubles nothing', async () => {
      await replicate(() => true);
      const next = await other.deploy({ sources: SOURCES, adopt: { archiveBucket: 'replica' } });
      await live(next, 1);
      await expectEachOnceAndListed(next);
    });

    test('with a replica that lacks the last page: it is collected again', async () => {
      const page = await lastPage();
      await replicate((key) => !page.includes(key));
      const next = await other.deploy({ sources: SOURCES, adopt: { archiveBucket: 'replica' } });
      await live(next, 1);
      await expectEachOnceAndListed(next);
    });

    test('with a replica that lacks an object whose line has arrived: its events are collected again, and the chain says which object is not there', async () => {
      const [, object] = await lastPage();
      await replicate((key) => key !== object);
      const next = await other.deploy({ sources: SOURCES, adopt: { archiveBucket: 'replica' } });
      await live(next, 1);
      expect(await next.storedTexts()).toEqual(allTexts());
      expect(await chainOf(next)).toEqual([`${object} is listed and not there`]);
    });

    test('without a replica: a new deployment collects what Netskope still has, as far as it looks back', async () => {
      const next = await other.deploy({ sources: [{ ...SOURCES[0], startLookbackHours: 48 }] });
      await live(next, 1);
      await expectEachOnceAndListed(next);
    });
  });
});
