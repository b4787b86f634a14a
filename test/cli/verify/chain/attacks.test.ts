import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type {
  ManifestHead,
  ManifestLine,
  ManifestObject,
} from '../../../../lambdas/contract/storage/manifest';
import type { CliEnd } from '../../cli-process';
import { CollectedChain, line, sha256 } from './collected-chain';

/** The rows of the table in `docs/proof.md`: what an attacker needs, and what finds it. */

const HEADS = 'heads/netskope_audit/source=netskope';
const FORGED = 'netskope_audit/source=netskope/dt=2026-11-18/hour=12/forged.ndjson.gz';

let chain: CollectedChain;
let folder: string;
/** The SHA-256 of line 3, as the attack finds it. */
let sha256OfLine3: string;
beforeEach(async () => {
  chain = await CollectedChain.collect();
  folder = mkdtempSync(join(tmpdir(), 'kept-heads-'));
  sha256OfLine3 = sha256(await chain.bytesOf(line(3)));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await chain.stop();
});

/** Keeps the daily message that was sent when line 3 was the newest. @returns the path of the mail */
function keptMail(
  text = `corp: 7 events, head none\nnetskope: 1,234 events, head 3:${sha256OfLine3}\n`,
): string {
  const path = join(folder, '2026-11-18.eml');
  writeFileSync(path, text);
  return path;
}

/** What the daily message has stored when line 3 was the newest. */
async function storedHead(): Promise<void> {
  await chain.overwrite(`${HEADS}/2026-11-18.txt`, Buffer.from(`netskope: head 3:${sha256OfLine3}\n`));
}

/** Removes the lines from 3 on and their objects, and sets the checkpoint's head back. */
async function truncate(): Promise<void> {
  const lines = [await chain.lineOf(3), await chain.lineOf(4)];
  const head = { number: 2, sha256: sha256(await chain.bytesOf(line(2))) };
  chain.remove(line(3), line(4), ...lines.flatMap(({ objects }) => objects.map(({ key }) => key)));
  await chain.setCheckpoint({ manifest: head });
}

/** The text of an archived object, with another event in it. */
async function forgedObject(): Promise<Buffer> {
  const [object] = (await chain.lineOf(2)).objects;
  const text = gunzipSync(await chain.bytesOf(object?.key ?? '')).toString();
  return gzipSync(text.replaceAll('e3', 'x3'));
}

/** Replaces the object of line 2, and writes all lines anew, so that they list what is there. @returns the new head */
async function rebuild(): Promise<ManifestHead> {
  const body = await forgedObject();
  const key = (await chain.lineOf(2)).objects[0]?.key ?? '';
  await chain.overwrite(key, body);
  const relisted = (object: ManifestObject): ManifestObject =>
    object.key === key ? { ...object, bytes: body.length, sha256: sha256(body) } : object;
  return chain.rewriteFrom(1, ({ objects }) => ({ objects: objects.map(relisted) }));
}

/** Appends a line that fits, and lists a forged object as one of the given page. */
async function appendLine(page: Pick<ManifestLine, 'indexName' | 'sequence'>): Promise<void> {
  const body = await forgedObject();
  await chain.overwrite(FORGED, body);
  const forged = {
    number: 5,
    previous: sha256(await chain.bytesOf(line(4))),
    writtenAt: '2026-11-18T12:50:00.000Z',
    runId: 'run-4',
    ...page,
    received: 1,
    objects: [{ key: FORGED, events: 1, bytes: body.length, sha256: sha256(body) }],
  };
  await chain.overwrite(line(5), Buffer.from(`${JSON.stringify(forged)}\n`));
}

/** Compares the archive with Netskope's own numbers. */
function verifyEvents(): Promise<CliEnd> {
  const { simulator } = chain.deployed.pipeline;
  return chain.deployed.cli(['verify', '--from', '6h', '--ids'], {
    environment: { NETSKOPE_ENDPOINT_URL: simulator.url },
  });
}

describe('who may write to the bucket', () => {
  test('and alters an object is found by the line that lists it', async () => {
    const key = (await chain.lineOf(2)).objects[0]?.key ?? '';
    await chain.overwrite(key, await forgedObject());
    expect(await chain.findings()).toMatchObject([{ finding: 'altered', key }]);
  });

  test('and alters a line is found by the hash in the next one', async () => {
    const altered = `${JSON.stringify({ ...(await chain.lineOf(2)), received: 9 })}\n`;
    await chain.overwrite(line(2), Buffer.from(altered));
    expect(await chain.findings()).toMatchObject([{ finding: 'line altered', key: line(2) }]);
  });

  test('and deletes an object is found by the line that lists it', async () => {
    const key = (await chain.lineOf(2)).objects[0]?.key ?? '';
    chain.remove(key);
    expect(await chain.findings()).toMatchObject([{ finding: 'removed', key }]);
  });

  test('and adds an object is found, because no line lists it', async () => {
    await chain.overwrite(FORGED, await forgedObject());
    expect(await chain.findings()).toMatchObject([{ finding: 'unlisted', key: FORGED }]);
  });

  test('and adds a line, too, is found by the counts of the checkpoint, once a run has gone on from it', async () => {
    const { indexName } = await chain.deployed.pipeline.checkpoint();
    await appendLine({ indexName, sequence: 5 });
    await chain.collectOne('e6', 3_600);
    expect(await chain.findings()).toEqual([
      {
        finding: 'events added',
        key: 'netskope#audit',
        detail: 'the checkpoint has counted 6 events; the lines of its pages list 7',
      },
    ]);
  });

  test('and gives it the name of a redrive, which no checkpoint counts, is found by what Netskope has', async () => {
    await appendLine({ indexName: 'redrive-0123456789ab', sequence: 0 });
    await chain.collectOne('e6', 3_600);
    expect(await chain.verify()).toMatchObject({ exitCode: 0 });
    expect(await verifyEvents()).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('✗ extra: x3, 2026-11-18 12:15:00 UTC\n') as unknown,
    });
  });

  test('and cuts the end of the chain off is found by the head in the checkpoint', async () => {
    const last = await chain.lineOf(4);
    chain.remove(line(4), ...last.objects.map(({ key }) => key));
    expect(await chain.findings()).toMatchObject([{ finding: 'cut off', key: line(4) }]);
  });

  test('and rebuilds all of it is found by the head in the checkpoint', async () => {
    await rebuild();
    expect(await chain.findings()).toMatchObject([{ finding: 'line altered', key: line(4) }]);
  });
});

describe('who may write to the checkpoint table, too,', () => {
  test('and sets the head back after the end was cut off is found by its counts', async () => {
    await truncate();
    expect(await chain.findings()).toEqual([
      {
        finding: 'events missing',
        key: 'netskope#audit',
        detail: 'the checkpoint has counted 5 events; the lines of its pages list 3',
      },
      {
        finding: 'page missing',
        key: 'netskope#audit',
        detail: 'the checkpoint knows events of page 4; no line is of that page',
      },
    ]);
  });

  test('and sets the counts back, too, is found by a head that was kept', async () => {
    await truncate();
    const { totals } = await chain.deployed.pipeline.checkpoint();
    await chain.setCheckpoint({
      totals: { ...totals, archived: totals.archived - 2 },
      sequence: 2,
      lastAdvance: undefined,
    });
    expect(await chain.verify()).toMatchObject({ exitCode: 0 });
    expect(await chain.findings('--heads', keptMail())).toEqual([
      { finding: 'cut off', key: line(3), detail: '--heads knows line 3; the chain ends with line 2' },
    ]);
  });

  test('and rebuilds all of it is found by a head in the bucket, if a lock keeps it', async () => {
    await storedHead();
    await chain.setCheckpoint({ manifest: await rebuild() });
    expect(await chain.findings()).toMatchObject([
      {
        finding: 'line altered',
        key: line(3),
        detail: expect.stringMatching(
          `^its SHA-256 is \\w{64}; ${HEADS}/2026-11-18.txt has ${sha256OfLine3}$`,
        ) as unknown,
      },
    ]);
  });

  test('and removes the heads in the bucket is found by whoever has kept one daily message', async () => {
    await chain.setCheckpoint({ manifest: await rebuild() });
    expect(await chain.verify()).toMatchObject({ exitCode: 0 });
    expect(await chain.findings('--heads', keptMail())).toMatchObject([
      { finding: 'line altered', key: line(3) },
    ]);
  });
});

describe('where heads are signed, who cannot sign', () => {
  const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const theirs = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const NEWER = `${HEADS}/2026-11-19.txt`;

  /** A head as the daily message stores it. */
  const headOf = (number: number, hash: string, key?: KeyObject): Buffer => {
    const text = `netskope: head ${number}:${hash}`;
    const signature = key && sign('sha256', Buffer.from(text), key).toString('base64url');
    return Buffer.from(signature === undefined ? `${text}\n` : `${text}, signature ${signature}\n`);
  };
  const publicKey = (key: KeyObject = ours.publicKey): string => {
    const path = join(folder, 'key.pem');
    writeFileSync(path, key.export({ type: 'spki', format: 'pem' }));
    return path;
  };

  test('and replaces the heads in the bucket is found by the public key', async () => {
    await chain.setCheckpoint({ manifest: await rebuild() });
    await chain.overwrite(`${HEADS}/2026-11-18.txt`, headOf(3, sha256(await chain.bytesOf(line(3)))));
    expect(await chain.verify()).toMatchObject({ exitCode: 0 });
    expect(await chain.findings('--public-key', publicKey())).toEqual([
      {
        finding: 'head not signed',
        key: `${HEADS}/2026-11-18.txt`,
        detail: 'the head of line 3: it has no signature',
      },
    ]);
  });

  test('and signs them with another key is found by the public key', async () => {
    await chain.setCheckpoint({ manifest: await rebuild() });
    const forged = headOf(3, sha256(await chain.bytesOf(line(3))), theirs.privateKey);
    await chain.overwrite(`${HEADS}/2026-11-18.txt`, forged);
    expect(await chain.findings('--public-key', publicKey())).toMatchObject([
      { finding: 'head not signed', detail: 'the head of line 3: its signature is not of the key' },
    ]);
  });

  test('and deletes them is found, because none is left', async () => {
    expect(await chain.findings('--public-key', publicKey())).toMatchObject([
      { finding: 'head not signed', key: 'netskope' },
    ]);
  });

  test('and changes nothing is not found: a signed head proves those before it, of days without signing', async () => {
    await storedHead();
    await chain.overwrite(NEWER, headOf(4, sha256(await chain.bytesOf(line(4))), ours.privateKey));
    expect(await chain.verify('--public-key', publicKey())).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('It goes through 2 heads kept earlier.\n') as unknown,
    });
  });

  test('has to be told by a key: another file is wrong usage', async () => {
    expect(await chain.verify('--public-key', keptMail())).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is no public key: ') as unknown,
    });
  });
});

describe('heads that were kept', () => {
  test('are counted where the chain goes through them', async () => {
    await storedHead();
    expect(await chain.verify('--heads', keptMail(), '--kept-head', `3:${sha256OfLine3}`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('It goes through 3 heads kept earlier.\n') as unknown,
    });
  });

  test('may be in a folder of mails, whose long lines are broken', async () => {
    keptMail(`netskope: not counted, head\n3:${sha256OfLine3.slice(0, 40)}=\r\n${sha256OfLine3.slice(40)}\n`);
    const { stdout } = await chain.verify('--json', '--heads', folder);
    expect(JSON.parse(stdout)).toMatchObject({ isWhole: true, keptHeads: 1 });
  });

  test.each([
    [
      'of another source only',
      `corp: 7 events, head 3:${'0'.repeat(64)}\n`,
      'holds no head of source netskope.',
    ],
    ['without a head', 'No alarm fires.\n', 'holds no head of source netskope.'],
  ])('in a file %s are wrong usage', async (_what, text, message) => {
    expect(await chain.verify('--heads', keptMail(text))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(message) as unknown,
    });
  });

  test('in a file that is not there are wrong usage', async () => {
    expect(await chain.verify('--heads', join(folder, 'none'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('cannot be read: ENOENT') as unknown,
    });
  });
});
