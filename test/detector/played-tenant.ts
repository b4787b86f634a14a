import { pageOf } from '../../lambdas/collector/core/page/envelope';
import { RecordWriter } from '../../lambdas/collector/core/page/record';
import { validatedPage } from '../../lambdas/collector/core/page/validated-page';
import { SWEEP } from '../../lambdas/contract/deployment/detector-event';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { AlertRecord } from '../../lambdas/contract/storage/alert-record';
import { detect } from '../../lambdas/detector/core/detect';
import { messageOf } from '../../lambdas/detector/core/notify/message';
import type { AlertMessage } from '../../lambdas/detector/core/notify/outbox';
import { untuned } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { DetectorInMemory } from './core/detector-in-memory';
import { objectCreated } from './detection';

/** The schedule looks so often what is due. */
const SWEEP_S = 300;
const SOURCE = { sourceId: 'netskope', label: 'Netskope' };
const PLACE = {
  region: 'us-east-1',
  workgroup: 'NetskopeAudit',
  database: 'netskopeaudit',
  table: 'netskope_audit',
};
const SWEEP_BODY = JSON.stringify({ source: SWEEP.source, 'detail-type': SWEEP.detailType });
const BUCKET = 'archive';
const S_PER_HOUR = 3_600;
const S_PER_DAY = 24 * S_PER_HOUR;
/** After the last event, until everything that waits is out. */
const AFTER_S = 8 * S_PER_DAY;

/** A message as people get it. */
export interface Mail {
  readonly atS: number;
  readonly kind: AlertMessage['kind'];
  readonly subject: string;
  readonly text: string;
  /** Rules of its alerts, in the order in which it names them. */
  readonly rules: readonly string[];
}

export interface Played {
  readonly alerts: readonly AlertRecord[];
  readonly mails: readonly Mail[];
}

/**
 * The real detection, outbox and sweep, with their ports in memory, over what a tenant's events would be in the archive;
 * time passes in steps of five minutes.
 * @param events in the order of insertion
 * @param closelyFromS until then an object covers an hour, to compute less, and then five minutes, as deployed
 */
export async function play(events: readonly SimulatedEvent[], closelyFromS: number): Promise<Played> {
  const memory = new DetectorInMemory();
  const mails: Mail[] = [];
  const deps = {
    ...memory.depsWith(...untuned(RULES).rules),
    topics: [
      {
        name: 'alerts',
        publish: (sourceId: string, message: AlertMessage, alerts: readonly AlertRecord[]) => {
          const { subject, message: texts } = messageOf(sourceId, message, alerts, PLACE);
          const { email } = JSON.parse(texts) as { readonly email: string };
          const rules = message.alerts.map(({ key }) => /\/([a-z-]+)-\d{8}T/.exec(key)?.[1] ?? '');
          mails.push({ atS: memory.nowS, kind: message.kind, subject, text: email, rules });
          return Promise.resolve();
        },
      },
    ],
  };
  const deliver = async (body: string): Promise<void> => {
    const messages = [{ messageId: 'one', body }];
    await detect(deps, { messages, bucket: BUCKET }, { remainingMs: () => 60_000 });
  };
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing to play');
  let next = 0;
  const startS = Math.floor(first.insertedAtS / S_PER_DAY) * S_PER_DAY;
  for (let nowS = startS; nowS < last.insertedAtS + AFTER_S; nowS += SWEEP_S) {
    memory.nowS = nowS;
    if (nowS >= closelyFromS || nowS % S_PER_HOUR === 0) {
      const from = next;
      while ((events[next]?.insertedAtS ?? Infinity) < nowS) next += 1;
      if (next > from) {
        const key = `netskope_audit/source=${SOURCE.sourceId}/${nowS}.ndjson.gz`;
        memory.objects.set(key, archivedLines(events.slice(from, next), nowS));
        await deliver(objectCreated(key, BUCKET));
        memory.objects.clear();
      }
    }
    if (isDue(memory)) await deliver(SWEEP_BODY);
  }
  return { alerts: memory.archived, mails };
}

function isDue({ lives, nowS }: DetectorInMemory): boolean {
  for (const { dueAtS } of lives.values()) if (dueAtS !== undefined && dueAtS <= nowS) return true;
  return false;
}

/** The events as the collector writes them. */
function archivedLines(events: readonly SimulatedEvent[], nowS: number): readonly string[] {
  const page = pageOf(
    AUDIT_FEED,
    events.map(({ text }) => Buffer.from(text)),
  );
  const { accepted } = validatedPage(page);
  const lines = new RecordWriter(AUDIT_FEED, SOURCE, nowS * 1_000).lines(page, accepted);
  return lines.toString('utf8').split('\n').slice(0, -1);
}
