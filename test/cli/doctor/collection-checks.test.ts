import { createHash } from 'node:crypto';
import { DoctorScenario } from './doctor-scenario';

const MINUTE_MS = 60_000;

describe('doctor finds that the collector', () => {
  let scenario: DoctorScenario;

  beforeEach(async () => {
    scenario = await DoctorScenario.start();
  });
  afterEach(() => scenario.stop());

  it('has not run for longer than two schedules, and that the archive falls behind', async () => {
    const { clock } = scenario.deployed.pipeline;
    clock.pass(14 * MINUTE_MS);
    const late = await scenario.complaints();
    expect(late.exitCode).toBe(3);
    expect(late.bad).toEqual({
      'last run':
        'The last run that ended well did so 15 min 00 s ago. One is due every 5 min. → Its log says why: see not-running in docs/runbook.md.',
    });
    clock.pass(50 * MINUTE_MS);
    const { bad } = await scenario.complaints();
    expect(bad.lag).toBe(
      'The archive is 1 h 05 min behind the present; more than 1 h 00 min is too much. → If it does not fall, see behind in docs/runbook.md.',
    );
  });

  it('was refused by Netskope', async () => {
    const { pipeline } = scenario.deployed;
    scenario.breakNetskope({ kind: 'unauthorized' });
    expect((await pipeline.run()).kind).toBe('threw');
    await scenario.heal();
    const { bad } = await scenario.complaints();
    expect(bad).toEqual({
      'last run':
        'Netskope refused the collector, last 0 s ago. → Put a working token into the secret: npx --no -- netskope-audit setup netskope',
    });
  });

  it('is at work, which is no fault', async () => {
    const { pipeline } = scenario.deployed;
    pipeline.clock.pass(5 * MINUTE_MS);
    pipeline.interference = {
      beforeAws: ({ operation }) => (operation === 'PutMetricData' ? 'die' : undefined),
    };
    expect((await pipeline.run()).kind).toBe('died');
    const atWork = await scenario.run();
    expect(atWork.exitCode).toBe(0);
    expect(atWork.stdout).toContain('; run run-2 is at work, until 2026-11-18 12:17 UTC at the latest.');
  });

  it('died during a run, which the next run repairs', async () => {
    const { pipeline } = scenario.deployed;
    pipeline.interference = {
      beforeAws: ({ operation }) => (operation === 'PutMetricData' ? 'die' : undefined),
    };
    expect((await pipeline.run()).kind).toBe('died');
    pipeline.nextSchedule();
    const { notes } = await scenario.complaints();
    expect(notes.checkpoint).toContain(
      '; run run-2 died at its work. → The next run takes over, and nothing is lost',
    );
  });

  it('is served by Netskope, but its metrics do not arrive', async () => {
    const { pipeline } = scenario.deployed;
    pipeline.clock.pass(12 * MINUTE_MS);
    pipeline.interference = {
      beforeAws: ({ operation }) =>
        operation === 'PutMetricData'
          ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no PutMetricData' }
          : undefined,
    };
    expect((await pipeline.run()).kind).toBe('threw');
    pipeline.clock.pass(MINUTE_MS);
    const early = await scenario.complaints();
    expect(early.notes['last run']).toContain('Netskope has served one since, which has not reported.');
    expect(early.bad).toEqual({});
    pipeline.clock.pass(2 * MINUTE_MS);
    const { bad } = await scenario.complaints();
    expect(bad.metrics).toBe(
      "Netskope served a run 3 min 00 s ago whose metrics did not arrive. → Look for MetricsError in the function's log; its role needs cloudwatch:PutMetricData.",
    );
  });
});

describe('doctor finds that the archive', () => {
  let scenario: DoctorScenario;

  beforeAll(async () => {
    scenario = await DoctorScenario.start();
  });
  beforeEach(() => scenario.heal());
  afterAll(() => scenario.stop());

  it('cannot be read by this operator', async () => {
    scenario.refuse('ListObjectsV2', 'AccessDenied', 403);
    const { exitCode, bad, unchecked } = await scenario.complaints();
    expect(exitCode).toBe(3);
    expect(Object.keys(bad)).toEqual(['archive readable', 'foreign objects']);
    expect(bad['archive readable']).toContain('AWS denied the call S3 ListObjectsV2');
    expect(unchecked).toEqual([]);
  });

  it('has lost the newest line of its manifest', async () => {
    scenario.hook(({ operation, key }) =>
      operation === 'GetObject' && key?.startsWith('manifest/') === true
        ? { kind: 'error', status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' }
        : undefined,
    );
    const { bad } = await scenario.complaints();
    expect(bad).toEqual({
      'archive writable':
        'Line 3 of the manifest, the newest, is not in bucket netskope-audit-archive. → See what else was touched: npx --no -- netskope-audit verify netskope --chain',
    });
  });

  it('has a manifest that somebody has changed', async () => {
    await scenario.overwrite('manifest/netskope_audit/source=netskope/000000000003.json', '{"number":3}\n');
    const { bad } = await scenario.complaints();
    expect(bad['archive writable']).toContain('Line 3 of the manifest, the newest, was altered in bucket');
  });

  it('has a manifest whose end was cut off, and a checkpoint that was set back to the stump', async () => {
    const { pipeline } = scenario.deployed;
    const before = await pipeline.checkpoint();
    const { body } = await pipeline.aws.objects.read(
      'netskope-audit-archive',
      'manifest/netskope_audit/source=netskope/000000000001.json',
    );
    const manifest = { number: 1, sha256: createHash('sha256').update(body).digest('hex') };
    const { version } = await pipeline.checkpoints.save({ ...before, manifest });
    const { bad } = await scenario.complaints();
    await pipeline.checkpoints.save({ ...before, version });
    expect(bad).toEqual({
      'archive writable':
        'The newest line of the manifest is of page 1; the checkpoint knows events of page 24. → See what was removed: npx --no -- netskope-audit verify netskope --chain',
    });
  });

  it('is empty although events were counted', async () => {
    scenario.hook(({ operation, query }) => {
      if (operation === 'ListObjectsV2') query.set('prefix', 'nothing-is-here/');
      return undefined;
    });
    const { bad } = await scenario.complaints();
    expect(bad['archive readable']).toBe(
      'The checkpoints count 2 events, and the archive in netskope-audit-archive is empty. → See what was removed: npx --no -- netskope-audit verify netskope --chain',
    );
  });
});

test('doctor of a source that nobody has set up says where to begin, and reports nothing else as broken', async () => {
  const scenario = await DoctorScenario.start({ isNew: true });
  const { exitCode, bad, notes, unchecked } = await scenario.complaints();
  expect(exitCode).toBe(3);
  expect(Object.keys(bad)).toEqual(['secret', 'last run', 'metrics']);
  expect(notes.checkpoint).toBe(
    'No run with credentials has begun yet. → The first one will: npx --no -- netskope-audit setup netskope',
  );
  expect(notes['archive readable']).toContain('is empty, as nothing was collected yet.');
  expect(unchecked).toEqual(['token', 'scope', 'expiry', 'lag', 'recheck', 'archive writable']);
  await scenario.deployed.pipeline.run();
  expect(Object.keys((await scenario.complaints()).bad)).toEqual(['secret']);
  expect((await scenario.run()).stdout).toMatch(
    /✓ last run +No run has found credentials yet; the last one ended 0 s ago\./,
  );
  await scenario.stop();
});
