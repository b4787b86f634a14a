import { SOURCE_ID_PATTERN } from '../../../contract/deployment/collector-event';
import { OBJECT_CREATED, SWEEP } from '../../../contract/deployment/detector-event';
import type { FeedName } from '../../../contract/storage/archive-layout';
import { OBJECT_SUFFIX, prefixesOf } from '../../../contract/storage/archive-layout';
import { ConfigError } from '../../../shared/errors';

/** One object of the archive. */
export interface ArchivedObject {
  readonly key: string;
  readonly sourceId: string;
}

const SHOWN_LENGTH = 200;

/**
 * The archived object that a message of the queue names.
 * @param body JSON of an `ObjectCreatedEvent`
 * @param place the bucket and the feed that are evaluated
 * @throws ConfigError if it names anything else: the EventBridge rule that fills the queue lets too much through
 */
export function readObjectCreated(
  body: string,
  { bucket, feed }: { readonly bucket: string; readonly feed: FeedName },
): ArchivedObject {
  const event = parsed(body);
  const detail = fieldsOf(event.detail);
  const problems = [
    ...unless(event.source === OBJECT_CREATED.source, 'source', event.source, OBJECT_CREATED.source),
    ...unless(
      event['detail-type'] === OBJECT_CREATED.detailType,
      'detail-type',
      event['detail-type'],
      OBJECT_CREATED.detailType,
    ),
  ];
  const { name } = fieldsOf(detail.bucket);
  const { key } = fieldsOf(detail.object);
  const object = typeof key === 'string' ? archivedObject(feed, key) : undefined;
  problems.push(
    ...unless(name === bucket, 'detail.bucket.name', name, bucket),
    ...unless(
      object !== undefined,
      'detail.object.key',
      key,
      `${prefixesOf(feed).archive}/source=<source id>/…${OBJECT_SUFFIX}`,
    ),
  );
  if (object === undefined || problems.length > 0) throw new ConfigError(problems);
  return object;
}

/** Whether a message asks for what is due without any event. @param body JSON of a `SWEEP` */
export function isSweep(body: string): boolean {
  const { source, 'detail-type': detailType } = parsed(body);
  return source === SWEEP.source && detailType === SWEEP.detailType;
}

function archivedObject(feed: FeedName, key: string): ArchivedObject | undefined {
  const [prefix, source = ''] = key.split('/');
  const sourceId = source.startsWith('source=') ? source.slice('source='.length) : '';
  const isArchived =
    prefix === prefixesOf(feed).archive && SOURCE_ID_PATTERN.test(sourceId) && key.endsWith(OBJECT_SUFFIX);
  return isArchived ? { key, sourceId } : undefined;
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function unless(isRight: boolean, place: string, value: unknown, expected: string): string[] {
  const received = (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
  return isRight ? [] : [`message ${place} is ${received}; expected ${JSON.stringify(expected)}`];
}
