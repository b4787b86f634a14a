import { CollectedChain, line } from './collected-chain';

let chain: CollectedChain;
beforeEach(async () => {
  chain = await CollectedChain.collect();
});
afterEach(() => chain.stop());

const keyOfLine = async (number: number): Promise<string> =>
  (await chain.lineOf(number)).objects[0]?.key ?? '';

/** Resets the connection at reads of an object. @param isReset by the number of the read, counted from 1 */
function atReads(of: string, isReset: (read: number) => boolean): void {
  let reads = 0;
  chain.deployed.pipeline.aws.hooks = {
    before: ({ operation, key }) =>
      operation === 'GetObject' && key === of && isReset(++reads) ? { kind: 'reset' } : undefined,
  };
}

describe('a check of the chain', () => {
  test('goes on after connections that are reset, more often than the SDK does', async () => {
    atReads(await keyOfLine(3), (read) => read < 5);
    expect(await chain.verify()).toMatchObject({ exitCode: 0 });
  });

  test('that fails says what it has found and where to go on', async () => {
    const altered = await keyOfLine(2);
    await chain.overwrite(altered, Buffer.from('altered'));
    atReads(await keyOfLine(4), () => true);
    const { exitCode, stdout } = await chain.verify();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`✗ altered: ${altered}\n`);
    expect(stdout).toContain(
      '! Broken off at line 4: --chain --resume-at 4 reads the objects from there on.\n',
    );
  });

  test('that is interrupted says the same', async () => {
    const broken = chain.deployed.startCli(['verify', '--chain', '--json']);
    // The waits between the first reads are long enough for all other objects.
    atReads(await keyOfLine(4), (read) => {
      if (read === 5) broken.interrupt();
      return true;
    });
    const { exitCode, stdout } = await broken.end;
    expect(exitCode).toBe(130);
    expect(stdout).toBe('{"resumeAt":4}\n');
  });

  test('goes on at a line: it follows the whole chain, and reads the objects from there on', async () => {
    const read: string[] = [];
    chain.deployed.pipeline.aws.hooks = {
      before: ({ operation, key = '' }) => void (operation === 'GetObject' && read.push(key)),
    };
    const { exitCode, stdout } = await chain.verify('--resume-at', '3');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^✓ 4 lines and 2 objects \(.*\): each is as it was written, none is missing; 3 objects before --resume-at not read again\.\n/,
    );
    const ofLines = [1, 2, 3, 4].map(line);
    expect(read.sort()).toEqual([...ofLines, await keyOfLine(3), await keyOfLine(4)].sort());
  });

  test('that goes on at a line still sees that an object before it is gone', async () => {
    const key = await keyOfLine(2);
    chain.remove(key);
    expect(await chain.findings('--resume-at', '4')).toMatchObject([{ finding: 'removed', key }]);
  });

  test('finds an object that two lines list', async () => {
    const [object] = (await chain.lineOf(2)).objects;
    const again = object === undefined ? [] : [object];
    const manifest = await chain.rewriteFrom(4, ({ objects }) => ({ objects: [...objects, ...again] }));
    await chain.setCheckpoint({ manifest });
    expect(await chain.findings()).toMatchObject([
      { finding: 'listed twice', key: object?.key, detail: 'line 4 lists it again' },
      { finding: 'events added', key: 'netskope#audit' },
    ]);
  });

  test('finds a line of a page that the checkpoint has not come to', async () => {
    const manifest = await chain.rewriteFrom(4, () => ({ sequence: 9 }));
    await chain.setCheckpoint({ manifest });
    expect(await chain.findings()).toMatchObject([
      { finding: 'page missing', detail: 'the checkpoint knows events of page 4; no line is of that page' },
      { finding: 'page added', detail: 'the checkpoint has come to page 4; a line is of page 9' },
    ]);
  });
});
