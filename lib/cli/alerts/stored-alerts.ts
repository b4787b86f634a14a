import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { AlertRecord, AlertRow } from '../../../lambdas/contract/storage/alert-record';
import { ALERT_SCHEMA_VERSION, SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { headlineOf } from '../../../lambdas/detector/core/alert/headline';
import type { ArchiveError } from '../../../lambdas/shared/errors';
import { inParallel } from '../../../lambdas/shared/in-parallel';
import { ObjectReader } from '../../../lambdas/shared/object-reader';
import type { Deployment } from '../deployment/deployment';
import { OperatorError } from '../operator-error';

/** An alert's object is small: most of the time is spent waiting. */
const OBJECTS_AT_ONCE = 16;

/** The objects of alerts and their updates, by source and by day of the first event. */
export class AlertObjects {
  private readonly client: S3Client;
  private readonly reader: ObjectReader;
  private readonly bucket: string;
  private readonly prefix: string;

  constructor({ aws, feed, outputs }: Deployment) {
    this.client = aws.client(S3Client);
    this.bucket = outputs.ArchiveBucket;
    this.reader = new ObjectReader(this.client, this.bucket);
    this.prefix = `${prefixesOf(feed).alerts}/`;
  }

  /** The days on which the alerts of a source begin, newest first, UTC: `2026-11-22`. */
  async days(sourceId: string): Promise<string[]> {
    const folders = await this.folders(`${this.prefix}source=${sourceId}/dt=`);
    return folders.sort().reverse();
  }

  /** Everything that was stored of the alerts of one day. @throws OperatorError if an object is no alert */
  ofDay(sourceId: string, day: string): Promise<StoredAlert[]> {
    return this.readAll(`${this.prefix}source=${sourceId}/dt=${day}/`);
  }

  /**
   * Everything that was stored of one alert. It may be of a source that is no longer deployed.
   * @param alertId in the form of an id, which has the day in it
   * @throws OperatorError if an object is no alert
   */
  async ofAlert(alertId: string, day: string): Promise<StoredAlert[]> {
    const sources = await this.folders(`${this.prefix}source=`);
    const found = await inParallel(sources, OBJECTS_AT_ONCE, (sourceId) =>
      this.readAll(`${this.prefix}source=${sourceId}/dt=${day}/${alertId}`),
    );
    return found.flat().filter(({ record }) => record.alert_id === alertId);
  }

  /** Where an object is, for a person. */
  addressOf({ key }: StoredAlert): string {
    return `s3://${this.bucket}/${key}`;
  }

  private async readAll(prefix: string): Promise<StoredAlert[]> {
    const keys: string[] = [];
    const listing = { Bucket: this.bucket, Prefix: prefix };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, listing))
      for (const { Key = '' } of Contents) keys.push(Key);
    return inParallel(keys, OBJECTS_AT_ONCE, (key) => this.read(key));
  }

  private async read(key: string): Promise<StoredAlert> {
    const lines = await this.reader.lines(key).catch((error: unknown) => {
      const { cause } = error as ArchiveError;
      throw cause instanceof Error ? cause : notFromDetector(key, 'is not whole gzip', error);
    });
    const [line = ''] = lines;
    const alert = readStoredAlert(key, line);
    if (alert === undefined) throw notFromDetector(key, 'is no alert');
    return alert;
  }

  /** What follows the prefix in each folder's name. */
  private async folders(prefix: string): Promise<string[]> {
    const names: string[] = [];
    const listing = { Bucket: this.bucket, Prefix: prefix, Delimiter: '/' };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.client }, listing))
      for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(prefix.length, -1));
    return names;
  }
}

function notFromDetector(key: string, finding: string, cause?: unknown): OperatorError {
  return new OperatorError(
    {
      what: `Object ${key} ${finding}; expected what the detector writes, one record in gzip NDJSON.`,
      whatToDo: 'Find out in CloudTrail who wrote it.',
    },
    { cause },
  );
}

/** One record below `alerts/`: an alert, or an update of one. */
export interface StoredAlert {
  /** Key of its object. */
  readonly key: string;
  /** The record as it is stored: one line of JSON. */
  readonly line: string;
  /** The record in its present form, whatever version it was stored in. */
  readonly record: AlertRecord;
}

const UPDATES = ['raised', 'grown', 'closed'] as const satisfies readonly AlertRecord['update'][];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a record of any version: version 1 has other times, and neither headline, targets, changes nor update. What is
 * missing, or not of its type, is taken as empty, so that every record can be shown.
 * @returns undefined if it is no record of an alert
 */
export function readStoredAlert(key: string, line: string): StoredAlert | undefined {
  const fields = parsed(line);
  const id = text(fields.alert_id);
  const firstTime = utc(fields.first_event_time);
  if (id === '' || Number.isNaN(Date.parse(firstTime))) return undefined;
  const lists = {
    what: texts(fields.what),
    who: texts(fields.who),
    targets: texts(fields.targets),
    changes: texts(fields.changes),
    addresses: texts(fields.addresses),
  };
  const title = text(fields.title);
  const lastLoginTime = utc(fields.last_login_time);
  const record: AlertRecord = {
    ...optionalTexts(fields, ['limits', 'group_note', 'last_login_address']),
    ...(lastLoginTime === '' ? {} : { last_login_time: lastLoginTime }),
    ...lists,
    schema_version: ALERT_SCHEMA_VERSION,
    alert_id: id,
    update: oneOf(UPDATES, fields.update) ?? 'raised',
    incident_id: text(fields.incident_id),
    rule_id: text(fields.rule_id),
    title,
    headline: text(fields.headline) || headlineOf(title, lists),
    severity: oneOf(SEVERITIES, fields.severity) ?? 'info',
    source_id: text(fields.source_id),
    log_type: text(fields.log_type),
    mitre_attack: texts(fields.mitre_attack),
    meaning: text(fields.meaning),
    what_to_do: text(fields.what_to_do),
    group_key: text(fields.group_key),
    historic: fields.historic === true,
    first_event_time: firstTime,
    last_event_time: utc(fields.last_event_time),
    window_end: utc(fields.window_end),
    window_minutes: count(fields.window_minutes),
    event_count: count(fields.event_count),
    threshold: count(fields.threshold),
    rows: Array.isArray(fields.rows) ? fields.rows.map(rowOf) : [],
  };
  return { key, line, record };
}

function rowOf(row: unknown): AlertRow {
  const fields = (row ?? {}) as Fields;
  return {
    ...optionalTexts(fields, ['user']),
    row_id: text(fields.row_id),
    event_time: utc(fields.event_time),
    what: text(fields.what),
    targets: texts(fields.targets),
    changes: texts(fields.changes),
    addresses: texts(fields.addresses),
  };
}

function parsed(line: string): Fields {
  try {
    return (JSON.parse(line) as Fields | null) ?? {};
  } catch {
    return {};
  }
}

/** `2026-11-22 09:00:00.000000000`, as in version 1, and `2026-11-22T09:00:00Z` both as the latter. */
function utc(value: unknown): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(text(value)) ?? [];
  return day === undefined ? '' : `${day}T${time}Z`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value | undefined {
  return values.find((known) => known === value);
}

function optionalTexts<Name extends string>(
  fields: Fields,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found = names
    .filter((name) => text(fields[name]) !== '')
    .map((name) => [name, fields[name]] as const);
  return Object.fromEntries(found) as Partial<Record<Name, string>>;
}
