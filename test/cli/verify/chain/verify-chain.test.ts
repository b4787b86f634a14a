import { gunzipSync, gzipSync } from 'node:zlib';
import { simulatedLogin } from '../../../collector/audit-events';
import { NOW_S } from '../../../pipeline';
import type { CliEnd } from '../../cli-process';
import { DeployedPipeline } from '../../deployed-pipeline';
import { CollectedChain, line, sha256 } from './collected-chain';

const LINES = 'manifest/netskope_audit/source=netskope/';

let chain: CollectedChain;
let deployed: DeployedPipeline;
beforeEach(async () => {
  chain = await CollectedChain.collect();
  ({ deployed } = chain);
});
afterEach(() => deployed.stop());

const verify = (...args: string[]): Promise<CliEnd> => chain.verify(...args);
const findings = (...args: string[]): Promise<unknown[]> => chain.findings(...args);
const keys = (prefix?: string): string[] => chain.keys(prefix);
const bytesOf = (key: string): Promise<Buffer> => chain.bytesOf(key);
const overwrite = (key: string, body: Buffer): Promise<void> => chain.overwrite(key, body);
const remove = (...removed: string[]): void => chain.remove(...removed);

test('an intact chain is confirmed, and its head is printed for safekeeping', async () => {
  const head = sha256(await bytesOf(line(4)));
  const { exitCode, stdout } = await verify('netskope');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^✓ 4 lines and 5 objects \(1\.\d kB\): each is as it was written, none is missing\.\n/,
  );
  expect(stdout).toContain(
    `Head of the chain: line 4, SHA-256 ${head}\n` +
      `Keep it elsewhere; later, --chain --kept-head 4:${head} proves that nothing before it was changed.\n`,
  );
});

test('--json prints numbers and head', async () => {
  const { stdout } = await verify('--json');
  expect(JSON.parse(stdout)).toEqual({
    sourceId: 'netskope',
    isWhole: true,
    head: { number: 4, sha256: sha256(await bytesOf(line(4))) },
    lines: 4,
    objects: 5,
    bytes: expect.any(Number) as unknown,
    expired: 0,
    leftOut: 0,
    older: 0,
    keptHeads: 0,
    findings: {},
  });
});

describe('a line of a later format', () => {
  const nextLine = async (previous: string): Promise<Buffer> =>
    Buffer.from(`${JSON.stringify({ format: 2, number: 5, previous, parts: [] })}\n`);

  test('is refused with a sentence if it continues the chain', async () => {
    await overwrite(line(5), await nextLine(sha256(await bytesOf(line(4)))));
    const { exitCode, stderr } = await verify();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'line 5 of the manifest has format 2, and this version knows formats up to 1: update to the version that has written it',
    );
  });

  test('is a finding like any other object if it does not', async () => {
    await overwrite(line(5), await nextLine('f'.repeat(64)));
    expect(await findings()).toEqual([
      { finding: 'line altered', key: line(5), detail: 'it is not the JSON of a line' },
    ]);
  });
});

describe('tampering is found and named by key:', () => {
  test('an altered object of the archive, even if only by a byte', async () => {
    const { objects } = JSON.parse((await bytesOf(line(3))).toString()) as { objects: { key: string }[] };
    const key = objects[0]?.key ?? '';
    const before = await bytesOf(key);
    const text = gunzipSync(before).toString().replace('a@example.org', 'b@example.org');
    await overwrite(key, gzipSync(text));
    const { exitCode, stdout } = await verify();
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`✗ altered: ${key}\n  listed in line 3: `);
    expect(stdout).toContain(`bytes with ${sha256(before)} were written\n`);
    expect(stdout).toContain('The bucket keeps what was replaced or deleted: aws s3api list-object-versions');
    expect(stdout).toMatch(/^✗ 4 lines and 5 objects \(.*\) were checked: 1 altered\.$/m);
    expect(stdout).not.toContain('Keep it elsewhere');
  });

  test('an object of the same size, of which one bit was altered', async () => {
    const [key = ''] = keys('netskope_audit/');
    const body = Buffer.from(await bytesOf(key));
    body.writeUInt8(body.readUInt8(40) ^ 1, 40);
    await overwrite(key, body);
    expect(await findings()).toMatchObject([{ finding: 'altered', key }]);
  });

  test('an object of the quarantine that was altered', async () => {
    const [key = ''] = keys('quarantine/');
    await overwrite(key, gzipSync('{}\n'));
    expect(await findings()).toMatchObject([{ finding: 'altered', key }]);
  });

  test('an object that was removed', async () => {
    const [key = ''] = keys('netskope_audit/').slice(-1);
    remove(key);
    expect(await findings()).toEqual([
      {
        finding: 'removed',
        key,
        detail: expect.stringMatching(/^listed in line \d, and not there$/) as unknown,
      },
    ]);
  });

  test.each([
    'netskope_audit/source=netskope/dt=2026-11-18/hour=03/forged.ndjson.gz',
    'quarantine/netskope_audit/source=netskope/dt=2026-11-18/forged.ndjson.gz',
    'quarantine/pages/netskope_audit/source=netskope/dt=2026-11-18/forged.page',
    'redriven/netskope_audit/source=netskope/dt=2026-11-18/a/forged.ndjson.gz',
    'redriven/pages/netskope_audit/source=netskope/dt=2026-11-18/forged.json',
    'netskope_audit/forged.ndjson.gz',
    'netskope_audit/source=Forged/dt=2026-11-18/hour=03/forged.ndjson.gz',
    'manifest/netskope_audit/forged.json',
  ])('an object that no line lists: %s', async (key) => {
    await overwrite(key, gzipSync('{}\n'));
    expect(await findings()).toEqual([{ finding: 'unlisted', key, detail: 'no line lists it' }]);
    expect((await verify()).stdout).toContain(
      'Unlisted objects were stored by a run that died before it listed them, or by somebody else.\n',
    );
  });

  test('a line that was altered', async () => {
    const text = (await bytesOf(line(2))).toString().replace('"received":1', '"received":2');
    await overwrite(line(2), Buffer.from(text));
    expect(await findings()).toMatchObject([{ finding: 'line altered', key: line(2) }]);
  });

  test('the last line, which only the checkpoint knows', async () => {
    const text = (await bytesOf(line(4))).toString().replace('"received":1', '"received":2');
    await overwrite(line(4), Buffer.from(text));
    expect(await findings()).toEqual([
      {
        finding: 'line altered',
        key: line(4),
        detail: expect.stringMatching(/^its SHA-256 is \w{64}; the checkpoint has \w{64}$/) as unknown,
      },
    ]);
  });

  test('a line that is not JSON, whose objects are therefore listed nowhere', async () => {
    await overwrite(line(1), Buffer.from('nothing\n'));
    expect(await findings()).toMatchObject([
      { finding: 'line altered', key: line(1), detail: 'it is not the JSON of a line' },
      { finding: 'unlisted' },
      { finding: 'unlisted' },
    ]);
  });

  test('a line added after the one that the checkpoint knows, which does not continue it', async () => {
    const forged = { number: 5, previous: 'f'.repeat(64), writtenAt: '', objects: [] };
    await overwrite(line(5), Buffer.from(JSON.stringify(forged)));
    expect(await findings()).toEqual([
      {
        finding: 'line altered',
        key: line(5),
        detail: expect.stringMatching(/^it does not continue line 4, whose SHA-256 is \w{64}$/) as unknown,
      },
    ]);
  });

  test('a line that replaces another one', async () => {
    const previous = sha256(await bytesOf(line(4)));
    const forged = { number: 9, previous, writtenAt: '', objects: [] };
    await overwrite(line(5), Buffer.from(JSON.stringify(forged)));
    expect(await findings()).toEqual([
      { finding: 'line altered', key: line(5), detail: 'it says that it is line 9' },
    ]);
  });

  test('lines that were removed from the middle', async () => {
    remove(line(2), line(3));
    expect(await findings()).toEqual([
      { finding: 'line removed', key: line(2), detail: 'it and all lines up to number 3 are not there' },
      expect.objectContaining({ finding: 'unlisted' }) as unknown,
      expect.objectContaining({ finding: 'unlisted' }) as unknown,
    ]);
  });

  test('a chain that was cut off, together with the objects of the lost end', async () => {
    const last = JSON.parse((await bytesOf(line(4))).toString()) as { objects: { key: string }[] };
    remove(line(4), ...last.objects.map(({ key }) => key));
    expect(await findings()).toEqual([
      { finding: 'cut off', key: line(4), detail: 'the checkpoint knows line 4; the chain ends with line 3' },
    ]);
  });

  test('a chain that was rewritten from some line on, with hashes that fit', async () => {
    await chain.rewriteFrom(2, () => ({ received: 9 }));
    expect(await findings()).toMatchObject([{ finding: 'line altered', key: line(4) }]);
  });

  test('an object among the lines that is not a line', async () => {
    await overwrite(`${LINES}note.txt`, Buffer.from('hello'));
    expect(await findings()).toEqual([
      { finding: 'no line', key: `${LINES}note.txt`, detail: 'its name is not the number of a line' },
    ]);
  });

  test('a rewritten chain and checkpoint, against a head that was kept elsewhere', async () => {
    const kept = sha256(await bytesOf(line(3)));
    await chain.setCheckpoint({ manifest: await chain.rewriteFrom(3, () => ({ received: 9 })) });
    expect(await verify()).toMatchObject({ exitCode: 0 });
    expect(await findings('--kept-head', `3:${kept}`)).toMatchObject([
      {
        finding: 'line altered',
        key: line(3),
        detail: expect.stringContaining(`--kept-head has ${kept}`) as unknown,
      },
    ]);
  });
});

describe('a foreign object at the number of a line, which a later line records,', () => {
  const foreign = Buffer.from('{"number":5,"previous":"no","writtenAt":"","objects":[]}');

  /** The lines from 5 on as the collector writes them: foreign objects, then a line that records them. */
  async function recordAt(number: number, different: object = {}): Promise<void> {
    const numbers = Array.from({ length: number - 5 }, (_, place) => 5 + place);
    for (const foreignNumber of numbers) await overwrite(line(foreignNumber), foreign);
    const recorded = {
      number,
      previous: sha256(await bytesOf(line(4))),
      writtenAt: '2026-11-18T13:00:00.000Z',
      runId: 'run-9',
      indexName: 'netskope-index',
      sequence: 9,
      received: 0,
      objects: [],
      skipped: numbers.map((skipped) => ({ number: skipped, sha256: sha256(foreign) })),
      ...different,
    };
    await overwrite(line(number), Buffer.from(JSON.stringify(recorded)));
  }

  test('is a finding of its own, and the chain continues after it', async () => {
    await recordAt(7);
    expect(await findings()).toEqual([
      { finding: 'recorded break', key: line(5), detail: 'not a line of this chain; recorded by line 7' },
      { finding: 'recorded break', key: line(6), detail: 'not a line of this chain; recorded by line 7' },
    ]);
    const { stdout } = await verify();
    expect(stdout).toMatch(/^✗ 5 lines and 5 objects \(.*\) were checked: 2 recorded break\.$/m);
    expect(stdout).toContain('see foreign-object in docs/runbook.md.\n');
  });

  test('is compared with the recorded hash', async () => {
    await recordAt(6);
    await overwrite(line(5), Buffer.from('other'));
    expect(await findings()).toEqual([
      {
        finding: 'recorded break',
        key: line(5),
        detail: `not a line of this chain; recorded by line 6; its SHA-256 is ${sha256(Buffer.from('other'))}, ${sha256(foreign)} was recorded`,
      },
    ]);
  });

  test('may be gone, which leaves no gap in the chain', async () => {
    await recordAt(6);
    remove(line(5));
    expect(await findings()).toEqual([
      {
        finding: 'recorded break',
        key: line(5),
        detail: 'not a line of this chain; recorded by line 6; it is not there any more',
      },
    ]);
  });

  test('does not hide that the next line does not continue the chain', async () => {
    await recordAt(6, { previous: 'f'.repeat(64) });
    expect(await findings()).toMatchObject([
      { finding: 'recorded break', key: line(5) },
      { finding: 'line altered', key: line(6) },
    ]);
  });

  test('cannot record anything itself, and the line that the checkpoint knows cannot be recorded as foreign', async () => {
    const skipped = [4, 3].map((number) => ({ number, sha256: 'f'.repeat(64) }));
    const forged = { number: 5, previous: 'no', writtenAt: '', objects: [], skipped };
    await recordAt(6, { skipped: [{ number: 5, sha256: sha256(Buffer.from(JSON.stringify(forged))) }] });
    await overwrite(line(5), Buffer.from(JSON.stringify(forged)));
    expect(await findings()).toEqual([
      { finding: 'recorded break', key: line(5), detail: 'not a line of this chain; recorded by line 6' },
    ]);
    remove(line(6));
    const found = await findings();
    expect(found).toContainEqual(expect.objectContaining({ finding: 'line altered', key: line(5) }));
    expect(found).not.toContainEqual(expect.objectContaining({ key: line(4) }));
  });
});

test('a whole page in quarantine that no line lists is found', async () => {
  const key = 'quarantine/pages/netskope_audit/source=netskope/dt=2026-11-18/a.page';
  await overwrite(key, Buffer.from('not JSON'));
  expect(await findings()).toEqual([{ finding: 'unlisted', key, detail: 'no line lists it' }]);
});

test('a kept head still matches, however far the chain has grown since', async () => {
  expect(await verify('--kept-head', `2:${sha256(await bytesOf(line(2)))}`)).toMatchObject({ exitCode: 0 });
});

test('expired objects are not reported as removed', async () => {
  const { pipeline } = deployed;
  pipeline.clock.pass(31 * 86_400_000);
  remove(...keys('netskope_audit/'));
  expect(await findings()).toHaveLength(4);
  const { exitCode, stdout } = await verify('--retention-days', '30');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^✓ 4 lines and 1 object .*; 4 older objects expired\.\n/);
});

test('an object that a run is about to list is distinguished from an unexplained one', async () => {
  const { pipeline } = deployed;
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e6', NOW_S + 3_600)]);
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) =>
      operation === 'PutObject' && key.startsWith('manifest/') ? 'die' : undefined,
  };
  await pipeline.run();
  expect(await verify()).toMatchObject({
    exitCode: 3,
    stdout: expect.stringContaining(
      'A run is going on: it lists its objects when it has stored a page.',
    ) as unknown,
  });
  await pipeline.catchUp();
  expect(await verify()).toMatchObject({ exitCode: 0 });
});

test('lines of a run that died before the checkpoint remembered them belong to the chain', async () => {
  const { pipeline } = deployed;
  const first = JSON.parse((await bytesOf(line(2))).toString()) as { previous: string };
  const manifest = { number: 1, sha256: first.previous };
  await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), manifest });
  expect(await verify()).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('line 4,') as unknown,
  });
});

test('a bucket that denies access proves nothing, and is reported in the words of AWS', async () => {
  deployed.pipeline.aws.hooks = {
    before: ({ operation, key = '' }) =>
      operation === 'GetObject' && key.startsWith('netskope_audit/')
        ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'not yours' }
        : undefined,
  };
  expect(await verify()).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('AWS denied') as unknown,
  });
});

test('a source that has never run has no chain to prove', async () => {
  await deployed.stop();
  deployed = await DeployedPipeline.start();
  expect(await deployed.cli(['verify', '--chain'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Source netskope has no checkpoint') as unknown,
  });
});

test('only reads: bucket and table stay unchanged, even if it is interrupted', async () => {
  const { pipeline } = deployed;
  const before = { keys: keys(), checkpoint: await pipeline.checkpoint() };
  const writes: string[] = [];
  let reads = 0;
  const broken = deployed.startCli(['verify', '--chain']);
  pipeline.aws.hooks = {
    before: ({ operation }) => {
      if (/^(?:Put|Update|Delete|Invoke)/.test(operation)) writes.push(operation);
      if (operation === 'GetObject' && ++reads === 3) broken.interrupt();
    },
  };
  expect(await broken.end).toMatchObject({ exitCode: 130 });
  expect({ keys: keys(), checkpoint: await pipeline.checkpoint() }).toEqual(before);
  expect(writes).toEqual([]);
});

test.each([
  [['--from', '1d'], "cannot be used with option '--from <time>'"],
  [['--kept-head', '17'], 'Expected the number of a line, a colon and its SHA-256 in hex.'],
])('%j is wrong usage', async (args, message) => {
  expect(await verify(...args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(message) as unknown,
  });
});
