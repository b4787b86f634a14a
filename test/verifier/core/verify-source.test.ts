import { gunzipSync, gzipSync } from 'node:zlib';
import { DAY_MS, MadeUpChain, NOW_MS } from './made-up-chain';

const LINE = (number: number): string => `manifest/netskope_audit/source=corp/00000000000${number}.json`;

let chain: MadeUpChain;
beforeEach(() => {
  chain = new MadeUpChain(4);
});

describe('a clean archive', () => {
  it('is read once as a whole, then only what is new, with the line before it', async () => {
    expect(await chain.verify()).toEqual([]);
    expect(chain.read).toEqual([
      1,
      2,
      3,
      4,
      'corp-object-1',
      'corp-object-2',
      'corp-object-3',
      'corp-object-4',
    ]);
    expect(chain.known).toEqual({ head: chain.newest, completedAtMs: NOW_MS, damagedLines: [] });
    chain.append(2);
    expect(await chain.verify()).toEqual([]);
    expect(chain.read).toEqual([4, 5, 6, 'corp-object-5', 'corp-object-6']);
  });

  it('without a line is verified', async () => {
    chain = new MadeUpChain(0);
    expect(await chain.verify()).toEqual([]);
    expect(chain.known).toMatchObject({ completedAtMs: NOW_MS });
  });

  it('may hold what is no line at the number of one, if the next line names it', async () => {
    const foreign = Buffer.from('a foreign object');
    chain.lines.set(5, foreign);
    const sha256 = '2d71270f98d0550dfe79f050ea2f9ba8b747b459b7e946509f93ecc8e6cdb466';
    chain.appendLine({ skipped: [{ number: 5, sha256 }] }, 6);
    expect(await chain.verify()).toEqual([]);
    expect(chain.known).toMatchObject({ head: { number: 6 } });
  });
});

describe('damage in what was archived since the last verification', () => {
  it('is an altered byte of an object', async () => {
    const body = Buffer.from(chain.objects.get('corp-object-2') ?? '');
    body[20] = (body[20] ?? 0) ^ 1;
    chain.objects.set('corp-object-2', body);
    expect(await chain.verify()).toEqual([[2, 'altered', 'corp-object-2']]);
  });

  it('is an object that is gone', async () => {
    chain.objects.delete('corp-object-3');
    expect(await chain.verify()).toEqual([[3, 'removed', 'corp-object-3']]);
  });

  it('is a truncated object', async () => {
    const body = chain.objects.get('corp-object-1') ?? Buffer.of();
    chain.objects.set('corp-object-1', body.subarray(0, body.length - 9));
    expect(await chain.verify()).toEqual([[1, 'altered', 'corp-object-1']]);
  });

  it('is a line that is gone', async () => {
    chain.lines.delete(2);
    expect(await chain.verify()).toEqual([[3, 'line removed', LINE(2)]]);
  });

  it('is a line that was altered: the next one has its hash', async () => {
    chain.lines.set(2, Buffer.from(String(chain.lines.get(2)).replace('"received":2', '"received":9')));
    expect(await chain.verify()).toEqual([[3, 'line altered', LINE(2)]]);
  });

  it('is an end of the chain that is gone: the checkpoint knows it', async () => {
    chain.lines.delete(4);
    expect(await chain.verify()).toEqual([[4, 'cut off', LINE(4)]]);
  });

  it('is a last line other than the one that the checkpoint knows', async () => {
    chain.lines.set(4, Buffer.from(String(chain.lines.get(4)).replace('"received":2', '"received":9')));
    expect(await chain.verify()).toEqual([[4, 'line altered', LINE(4)]]);
  });

  it('does not keep the rest from being read', async () => {
    chain.objects.delete('corp-object-1');
    chain.objects.delete('corp-object-4');
    expect(await chain.verify()).toEqual([
      [1, 'removed', 'corp-object-1'],
      [4, 'removed', 'corp-object-4'],
    ]);
    expect(chain.known).toMatchObject({ head: { number: 4 }, damagedLines: [1, 4] });
  });

  it('is none if the object is older than objects are kept', async () => {
    chain.objects.delete('corp-object-1');
    chain.objects.delete('corp-object-4');
    chain.nowMs = NOW_MS + 2_000;
    expect(await chain.verify({ expireAfterDays: 30 })).toEqual([[4, 'removed', 'corp-object-4']]);
  });
});

describe('damage that was found', () => {
  it('is found each day until what was there is there again', async () => {
    const body = chain.objects.get('corp-object-2') ?? Buffer.of();
    chain.objects.set('corp-object-2', gzipSync('another\n'));
    await chain.verify();
    chain.nowMs += DAY_MS;
    expect(await chain.verify()).toEqual([[2, 'altered', 'corp-object-2']]);
    chain.objects.set('corp-object-2', body);
    expect(await chain.verify()).toEqual([]);
    expect(chain.known).toMatchObject({ damagedLines: [] });
  });

  it('in a line is found again, too, whatever was archived since', async () => {
    const before = chain.lines.get(2) ?? Buffer.of();
    chain.lines.delete(2);
    await chain.verify();
    chain.append(3);
    chain.nowMs += DAY_MS;
    expect(await chain.verify()).toEqual([[3, 'line removed', LINE(2)]]);
    chain.lines.set(2, before);
    expect(await chain.verify()).toEqual([]);
    expect(chain.known).toMatchObject({ head: { number: 7 }, damagedLines: [] });
  });
});

describe('a chain other than the one that was verified', () => {
  beforeEach(() => chain.verify());

  it('is found although it fits together and the checkpoint knows it, and stays found', async () => {
    const rebuilt = new MadeUpChain(0);
    rebuilt.appendLine({ received: 9 });
    rebuilt.append(5);
    rebuilt.known = chain.known;
    expect(await rebuilt.verify()).toEqual([[4, 'line altered', LINE(4)]]);
    rebuilt.nowMs += DAY_MS;
    expect(await rebuilt.verify()).toEqual([[4, 'line altered', LINE(4)]]);
    expect(rebuilt.known).toMatchObject({ head: { number: 4 } });
  });

  it('is found if it is shorter', async () => {
    const shorter = new MadeUpChain(2);
    shorter.known = chain.known;
    expect(await shorter.verify()).toEqual([[4, 'cut off', LINE(4)]]);
  });

  it('is none if only the checkpoint was set back', async () => {
    chain.newest = { number: 2, sha256: '0'.repeat(64) };
    expect(await chain.verify()).toEqual([]);
  });
});

describe('a verification without time', () => {
  beforeEach(() => {
    chain = new MadeUpChain(150);
  });

  it('goes on the next time where it ended, and is complete then', async () => {
    chain.remainingMs = [900_000, 119_999];
    await chain.verify();
    expect(chain.known).toEqual({
      head: expect.objectContaining({ number: 64 }) as unknown,
      damagedLines: [],
    });
    chain.remainingMs = [900_000];
    expect(await chain.verify()).toEqual([]);
    expect(chain.read[0]).toBe(64);
    expect(chain.read).not.toContain('corp-object-64');
    expect(chain.known).toMatchObject({ head: { number: 150 }, completedAtMs: NOW_MS });
  });

  it('that dies has remembered every 64 lines', async () => {
    await chain.verify();
    expect(chain.remembered.map(({ head }) => head.number)).toEqual([64, 128, 150]);
  });

  it('keeps the day of the last complete one', async () => {
    await chain.verify();
    chain.append(1);
    chain.nowMs += DAY_MS;
    chain.remainingMs = [0];
    await chain.verify();
    expect(chain.known).toMatchObject({ head: { number: 150 }, completedAtMs: NOW_MS });
  });
});

describe('on one day of the week', () => {
  /** 2026-11-20, the day of source corp. */
  const ITS_DAY_MS = NOW_MS + 2 * DAY_MS;

  it('some older lines are read again, with their objects and neighbors', async () => {
    await chain.verify();
    chain.objects.delete('corp-object-1');
    for (const object of ['corp-object-2', 'corp-object-3', 'corp-object-4'])
      chain.objects.set(
        object,
        gzipSync(
          gunzipSync(chain.objects.get(object) ?? '')
            .toString()
            .replace('a', 'x'),
        ),
      );
    chain.nowMs = ITS_DAY_MS;
    const found = await chain.verify();
    expect(found.length).toBeGreaterThan(0);
    expect(chain.known?.damagedLines).toEqual(found.map(([line]) => line));
  });

  it('none is on the others', async () => {
    await chain.verify();
    chain.objects.clear();
    chain.nowMs += DAY_MS;
    expect(await chain.verify()).toEqual([]);
  });
});

it('fails if something cannot be read, and remembers nothing of that part', async () => {
  chain.objects.get = () => {
    throw new Error('AccessDenied');
  };
  await expect(chain.verify()).rejects.toThrow('AccessDenied');
  expect(chain.known).toBeUndefined();
});
