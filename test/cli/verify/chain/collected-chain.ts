import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import type { ManifestHead, ManifestLine } from '../../../../lambdas/contract/storage/manifest';
import { LOCAL_BUCKET } from '../../../../lib/local/local-deployment';
import { simulatedLogin } from '../../../collector/audit-events';
import { NOW_S } from '../../../pipeline';
import type { CliEnd } from '../../cli-process';
import { DeployedPipeline } from '../../deployed-pipeline';

const LINES = 'manifest/netskope_audit/source=netskope/';

/** Key of a line. */
export const line = (number: number): string => `${LINES}00000000000${number}.json`;

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * A deployment that has collected five events, one of them into quarantine, in four runs: a chain of four lines. Its
 * bucket may be changed, as anybody could with the permission to write to it; the collector itself replaces no object.
 */
export class CollectedChain {
  private constructor(readonly deployed: DeployedPipeline) {}

  static async collect(): Promise<CollectedChain> {
    const deployed = await DeployedPipeline.start();
    const { pipeline } = deployed;
    pipeline.simulator.add([simulatedLogin('e1', NOW_S), simulatedLogin('e2', NOW_S, { _id: true })]);
    await pipeline.run({ startLookbackHours: 0 });
    const chain = new CollectedChain(deployed);
    for (const [place, id] of ['e3', 'e4', 'e5'].entries()) await chain.collectOne(id, 900 * (place + 1));
    return chain;
  }

  /** A run that collects one event more. */
  async collectOne(id: string, secondsLater: number): Promise<void> {
    const { pipeline } = this.deployed;
    pipeline.nextSchedule();
    pipeline.simulator.add([simulatedLogin(id, NOW_S + secondsLater)]);
    await pipeline.run();
  }

  stop(): Promise<void> {
    return this.deployed.stop();
  }

  verify(...args: string[]): Promise<CliEnd> {
    return this.deployed.cli(['verify', '--chain', ...args]);
  }

  /** The findings of a check that must find something. */
  async findings(...args: string[]): Promise<{ finding: string; key: string; detail: string }[]> {
    const { exitCode, stdout } = await this.verify('--json', ...args);
    expect(exitCode).toBe(3);
    return stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { finding: string; key: string; detail: string })
      .filter(({ finding }) => finding !== undefined);
  }

  keys(prefix = ''): string[] {
    return this.deployed.pipeline.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith(prefix));
  }

  async bytesOf(key: string): Promise<Buffer> {
    return (await this.deployed.pipeline.aws.objects.read(LOCAL_BUCKET, key)).body;
  }

  async lineOf(number: number): Promise<ManifestLine> {
    return JSON.parse((await this.bytesOf(line(number))).toString()) as ManifestLine;
  }

  /** Puts an object, whether or not there is one. */
  async overwrite(key: string, body: Buffer): Promise<void> {
    await this.deployed.pipeline.aws.objects.put({
      bucket: LOCAL_BUCKET,
      key,
      body,
      attributes: { contentType: 'application/gzip', userMetadata: {} },
      onlyIfAbsent: false,
    });
  }

  /** Hides objects from readers of the bucket, and from `keys`. */
  remove(...removed: string[]): void {
    const all = this.deployed.pipeline.aws.objects;
    const describe = all.describe.bind(all);
    const listed = all.keys.bind(all);
    all.describe = (bucket, key) => describe(bucket, removed.includes(key) ? 'gone' : key);
    all.keys = (bucket) => listed(bucket).filter((key) => !removed.includes(key));
  }

  /** Writes the lines from this one on anew, changed, with hashes that fit. @returns the new head */
  async rewriteFrom(
    first: number,
    change: (line: ManifestLine) => Partial<ManifestLine>,
  ): Promise<ManifestHead> {
    let previous = first === 1 ? '0'.repeat(64) : sha256(await this.bytesOf(line(first - 1)));
    let number = first;
    for (; this.keys(LINES).includes(line(number)); number++) {
      const before = await this.lineOf(number);
      await this.overwrite(
        line(number),
        Buffer.from(`${JSON.stringify({ ...before, ...change(before), previous })}\n`),
      );
      previous = sha256(await this.bytesOf(line(number)));
    }
    return { number: number - 1, sha256: previous };
  }

  /** Changes the checkpoint of the live feed, as anybody could with the permission to write to the table. */
  async setCheckpoint(change: Partial<Checkpoint>): Promise<void> {
    const { pipeline } = this.deployed;
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), ...change });
  }
}
