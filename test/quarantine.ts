import { gzipSync } from 'node:zlib';
import type { QuarantinedRecord } from '../lambdas/contract/storage/event-record';
import type { LocalAws } from '../lib/local/aws/local-aws';
import { LOCAL_BUCKET } from '../lib/local/local-deployment';

/** What an earlier version of the collector rejected: the exact text, or bytes that are not text. */
export type QuarantinedEvent = string | Buffer;

/** The fields of a quarantined record besides the event. */
const REFUSED_EARLIER: QuarantinedRecord = {
  p_log_type: 'Netskope.Audit',
  p_source_id: 'netskope',
  arrived_at: '2026-11-18 09:00:00.000000000',
  run_id: 'run-of-an-earlier-version',
  errors: ['user must be string, received null'],
};

/**
 * Puts an object into the quarantine of source `netskope`. Today's schema may accept its events, as after a fix.
 * @param place day and name, `2026-11-18/a`
 * @returns its key
 */
export async function quarantine(
  aws: LocalAws,
  place: string,
  events: readonly QuarantinedEvent[],
  different: Partial<QuarantinedRecord> = {},
): Promise<string> {
  const lines = events.map((event): QuarantinedRecord => {
    const raw = typeof event === 'string' ? { raw: event } : { raw_base64: event.toString('base64') };
    return { ...REFUSED_EARLIER, ...different, ...raw };
  });
  const key = `quarantine/netskope_audit/source=netskope/dt=${place}.ndjson.gz`;
  await aws.objects.put({
    bucket: LOCAL_BUCKET,
    key,
    body: gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: true,
  });
  return key;
}

/** Metadata of a kept page. */
export interface PageMetadata {
  readonly sequence?: number;
  readonly contentEncoding?: string;
  /** Percent-encoded. */
  readonly reason?: string;
}

/**
 * Puts a page that an earlier version could not read into the quarantine of source `netskope`.
 * @param place day and name, `2026-11-18/a`
 * @returns its key
 */
export async function quarantinePage(
  aws: LocalAws,
  place: string,
  body: Buffer,
  { sequence = 7, contentEncoding, reason = 'the%20body%20is%20odd' }: PageMetadata = {},
): Promise<string> {
  const key = `quarantine/pages/netskope_audit/source=netskope/dt=${place}.page`;
  const userMetadata = {
    'run-id': 'run-of-an-earlier-version',
    'index-name': 'netskope-0123456789abcdef',
    sequence: String(sequence),
    ...(contentEncoding === undefined ? {} : { 'received-encoding': contentEncoding }),
    reason,
  };
  await aws.objects.put({
    bucket: LOCAL_BUCKET,
    key,
    body,
    attributes: { contentType: 'application/octet-stream', userMetadata },
    onlyIfAbsent: true,
  });
  return key;
}
