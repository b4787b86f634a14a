import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { savedQueries } from '../../../lib/aws/search/saved-queries';
import { Search } from '../../../lib/aws/search/search';
import { createLocalDetection, LOCAL_BUCKET } from '../../../lib/local/local-deployment';
import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import type { SimulatorOptions } from '../../../lib/local/netskope-simulator/simulator-options';
import { objectCreated } from '../../detector/detection';
import { localDetector } from '../../detector/local-detector';
import type { RunOptions } from '../../pipeline';
import { NOW_S, Pipeline } from '../../pipeline';
import { quarantine } from '../../quarantine';
import type { GlueTable, GlueView, Row } from './athena-on-duckdb';
import { AthenaOnDuckDb, locations } from './athena-on-duckdb';

/** Tables and views of the synthesized template, over the bucket of this machine. */
const { TABLES, VIEWS } = (() => {
  const stack = new Stack(new App(), 'NetskopeAudit');
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', LOCAL_BUCKET);
  const accessLogsBucket = new s3.Bucket(stack, 'AccessLogs');
  new Search(stack, 'Search', {
    feed: AUDIT_FEED,
    bucket,
    accessLogsBucket,
    sourceIds: ['netskope'],
    hasAlerts: true,
  });
  const inputs = Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table')).map(
    (resource) => (resource as { Properties: { TableInput: GlueTable | GlueView } }).Properties.TableInput,
  );
  return {
    TABLES: inputs.filter((input): input is GlueTable => !('ViewOriginalText' in input)),
    VIEWS: inputs.filter((input): input is GlueView => 'ViewOriginalText' in input),
  };
})();

/** The partition of an object, in any table; empty if no table reads it. */
export function partitionsOf(key: string): readonly string[] {
  return TABLES.flatMap((table) => locations(table).partitionsOf(key) ?? []);
}

/** An archive that the collector wrote, searched through the tables of the template. */
export class SearchedArchive {
  private constructor(
    private readonly pipeline: Pipeline,
    private readonly athena: AthenaOnDuckDb,
  ) {}

  /**
   * Adds these events to a tenant and collects until nothing is left.
   * @param tenant how it behaves: without windows, months take one page, and not one for each of their hours
   */
  static async of(
    events: readonly SimulatedEvent[],
    options?: RunOptions,
    tenant?: Partial<SimulatorOptions>,
  ): Promise<SearchedArchive> {
    const pipeline = await Pipeline.start(tenant);
    const archive = new SearchedArchive(pipeline, await AthenaOnDuckDb.start(NOW_S * 1000));
    archive.pipeline.simulator.add(events);
    await archive.pipeline.catchUp(options);
    await archive.loadTables();
    return archive;
  }

  async stop(): Promise<void> {
    this.athena.stop();
    await this.pipeline.stop();
  }

  get keys(): readonly string[] {
    return this.pipeline.aws.objects.keys(LOCAL_BUCKET);
  }

  query(sql: string): Promise<Row[]> {
    return this.athena.query(sql);
  }

  /** Runs a saved query, as the stack saves it or as an analyst might edit it. */
  ask(name: string, edit = (sql: string): string => sql, sources = ['netskope']): Promise<Row[]> {
    const saved = savedQueries({ feed: AUDIT_FEED, sourceIds: sources, hasAlerts: true }).find(
      (query) => query.name === name,
    );
    if (saved === undefined) throw new Error(`no saved query ${name}; expected one`);
    return this.query(edit(saved.sql));
  }

  /** The archived line of an event. @throws Error if there is none */
  async lineOf(eventId: string): Promise<string> {
    const stored = (await this.pipeline.archived()).find(({ line }) => line.includes(`"_id":"${eventId}"`));
    if (stored === undefined) throw new Error(`no event ${eventId} is archived; expected one`);
    return stored.line;
  }

  /** Copies every object into a folder, under its key. */
  async copyTo(folder: string): Promise<void> {
    for (const key of this.keys) {
      const file = join(folder, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, (await this.pipeline.aws.objects.read(LOCAL_BUCKET, key)).body);
    }
  }

  /** Adds an object that the collector did not write. */
  async put(path: string, line: string): Promise<void> {
    const client = new S3Client(this.awsAs('intruder'));
    const Body = gzipSync(`${line}\n`);
    await client.send(new PutObjectCommand({ Bucket: LOCAL_BUCKET, Key: `netskope_audit/${path}`, Body }));
    client.destroy();
    await this.loadTables();
  }

  /** Puts texts into quarantine, as by an earlier version, and has the collector validate them again. */
  async redrive(day: string, texts: readonly string[]): Promise<void> {
    await quarantine(this.pipeline.aws, `${day}/by-an-earlier-version`, texts);
    const end = await this.pipeline.carryOut({ kind: 'redrive', fromDay: day, toDay: day });
    if (end.kind !== 'returned') throw new Error(`the redrive ${end.kind}; expected it to return`);
    await this.loadTables();
  }

  /** Evaluates every object of the archive with the whole pack, as the detector does. */
  async detect(): Promise<void> {
    const { aws } = this.pipeline;
    await createLocalDetection(aws);
    const detector = localDetector({ aws: this.awsAs('detector'), nowMs: () => NOW_S * 1000 });
    const objects = this.keys.filter((key) => key.startsWith('netskope_audit/'));
    const messages = objects.map((key) => ({ messageId: key, body: objectCreated(key) }));
    await detector.detect(messages, 'run', { remainingMs: () => 60_000 });
    await this.loadTables();
  }

  private awsAs(accessKeyId: string): Pick<S3ClientConfig, 'endpoint' | 'region' | 'credentials'> {
    return {
      endpoint: this.pipeline.aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'none' },
    };
  }

  private async loadTables(): Promise<void> {
    for (const table of TABLES) await this.athena.load(table, this.pipeline.aws);
    for (const view of VIEWS) await this.athena.createView(view);
  }
}
