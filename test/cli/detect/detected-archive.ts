import { gunzipSync, gzipSync } from 'node:zlib';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import type { Detector } from '../../../lambdas/detector/compose';
import { composeDetector } from '../../../lambdas/detector/compose';
import { parseSettings } from '../../../lambdas/detector/settings';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import {
  createLocalDetection,
  LOCAL_BUCKET,
  LOCAL_DETECTION_TABLE,
  LocalDeployment,
} from '../../../lib/local/local-deployment';
import { archivedRecord } from '../../detector/archived';
import { objectCreated } from '../../detector/detection';
import type { CliEnd } from '../cli-process';
import { deployedSource, OUTPUTS } from '../deployed-pipeline';
import { runCli } from '../run-cli';

/** 2026-11-22 00:00:00 UTC; commands run at ten o'clock on that day. */
export const MIDNIGHT_S = 1_795_305_600;
const TEN_MS = (MIDNIGHT_S + 10 * 3600) * 1000;

export type Fields = Readonly<Record<string, unknown>>;

let numbered = 0;

/** An archived record with a unique id. @param minutes from midnight of 2026-11-22 */
export function eventAt(minutes: number, different: Fields = {}): Record<string, unknown> {
  const id = `e${++numbered}`;
  const timestamp = MIDNIGHT_S + minutes * 60;
  return archivedRecord({ _id: id, p_row_id: `netskope:${id}`, timestamp, ...different });
}

/** Deletions of tags, one per minute. @param fromMinute as in `eventAt` */
export function deletes(fromMinute: number, count: number, different: Fields): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, place) =>
    eventAt(fromMinute + place, { audit_log_event: 'Deleted tag', ...different }),
  );
}

/** The output of `--json`: the alerts, and the last line. */
export interface Printed {
  readonly alerts: readonly AlertRecord[];
  readonly sum: Readonly<Record<string, unknown>>;
}

/** An archive with the real detector and the command line, each connected only to the embedded AWS. */
export class DetectedArchive {
  /** In the order in which the objects were stored. */
  private readonly keys: string[] = [];
  /** When commands run, unix ms. */
  nowMs = TEN_MS;

  private constructor(
    private readonly aws: LocalAws,
    private readonly detector: Detector,
  ) {}

  static async start(sourceIds: readonly string[] = ['netskope']): Promise<DetectedArchive> {
    const aws = await LocalAws.start({ nowMs: () => TEN_MS });
    await LocalDeployment.create(aws);
    const Sources = JSON.stringify(sourceIds.map(deployedSource));
    aws.stacks.put('NetskopeAudit', { ...OUTPUTS, DetectionTable: LOCAL_DETECTION_TABLE, Sources });
    const environment = { ...(await createLocalDetection(aws)), LAMBDA_TASK_ROOT: __dirname };
    const credentials = { accessKeyId: 'detector', secretAccessKey: 'none' };
    const log = (): void => undefined;
    const detector = composeDetector(parseSettings(environment), {
      feed: AUDIT_FEED,
      aws: { endpoint: aws.url, region: 'us-east-1', credentials },
      nowMs: () => TEN_MS,
      log: () => ({ info: log, warn: log, error: log }),
    });
    return new DetectedArchive(aws, detector);
  }

  stop(): Promise<void> {
    return this.aws.stop();
  }

  /** Stores an object in the hour of its first record. @returns its key */
  store(records: readonly Fields[], sourceId = 'netskope'): Promise<string> {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    return this.storeBody(Number(records[0]?.timestamp), gzipSync(text), sourceId);
  }

  /** Object names count down, so that their order is not that of time. */
  async storeBody(timeS: number, body: Buffer, sourceId = 'netskope'): Promise<string> {
    const [day = '', time = ''] = new Date(timeS * 1000).toISOString().split('T');
    const name = `x-${String(9999 - this.keys.length)}`;
    const key = `netskope_audit/source=${sourceId}/dt=${day}/hour=${time.slice(0, 2)}/${name}.ndjson.gz`;
    await this.storeAs(key, body);
    this.keys.push(key);
    return key;
  }

  async storeAs(key: string, body: Buffer): Promise<void> {
    const attributes = { contentType: 'application/gzip', userMetadata: {} };
    await this.aws.objects.put({ bucket: LOCAL_BUCKET, key, body, attributes, onlyIfAbsent: false });
  }

  /** Delivers every object to the detector, in the order of storing. @returns the alerts that it has stored */
  async detected(): Promise<AlertRecord[]> {
    const messages = this.keys.map((key) => ({ messageId: key, body: objectCreated(key) }));
    const unfinished = await this.detector.detect(messages, 'run-1', { remainingMs: () => 60_000 });
    if (unfinished.length > 0) throw new Error(`not evaluated: ${unfinished.join(', ')}`);
    const alertKeys = this.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith('alerts/'));
    return Promise.all(
      alertKeys.map(async (key) => {
        const { body } = await this.aws.objects.read(LOCAL_BUCKET, key);
        return JSON.parse(gunzipSync(body).toString()) as AlertRecord;
      }),
    );
  }

  /** Runs `detect`, with the untuned pack unless `--settings` is given. */
  async detect(...args: readonly string[]): Promise<CliEnd> {
    const tuning = args.includes('--settings') ? [] : ['--untuned'];
    return this.cli('detect', ...args, ...tuning);
  }

  /** Runs any command. */
  async cli(...args: readonly string[]): Promise<CliEnd> {
    return runCli({ args, nowMs: this.nowMs, environment: this.aws.environment() });
  }

  async detectAsJson(...args: readonly string[]): Promise<Printed> {
    const { exitCode, stdout, stderr } = await this.detect(...args, '--json');
    if (exitCode !== 0) throw new Error(`ended with ${exitCode}: ${stderr}`);
    const values = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AlertRecord & Fields);
    const sum = values.pop();
    if (sum === undefined) throw new Error('printed nothing');
    return { alerts: values, sum };
  }
}
