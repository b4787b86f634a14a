import { gunzipSync } from 'node:zlib';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { byUrgency } from '../../../lambdas/contract/storage/alert-record';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { LocalAws } from '../aws/local-aws';
import { LOCAL_BUCKET } from '../local-deployment';

/** What an operator is told of an alert. */
export type FoundAlert = Pick<
  AlertRecord,
  'update' | 'incident_id' | 'historic' | 'severity' | 'headline' | 'who'
>;

/** Alerts of an incident that are shown; `alerts list` has the others. */
const SHOWN_ALERTS = 3;
const SEVERITY_WIDTH = 'critical'.length;

/** Every alert of the archive, without its updates. */
export async function readFoundAlerts(aws: LocalAws, feed: Feed): Promise<readonly FoundAlert[]> {
  const { alerts } = prefixesOf(feed);
  const keys = aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith(`${alerts}/`));
  const objects = await Promise.all(keys.map((key) => aws.objects.read(LOCAL_BUCKET, key)));
  return objects
    .map(({ body }) => JSON.parse(gunzipSync(body).toString('utf8')) as FoundAlert)
    .filter(({ update }) => update === 'raised');
}

/**
 * The alerts of the incident that is to be looked at first, the most urgent before the others; none if all alerts are
 * about events of the past.
 */
export function worstIncident(found: readonly FoundAlert[]): readonly FoundAlert[] {
  const ofOne = (id: string): readonly FoundAlert[] =>
    found.filter(({ incident_id: other }) => other === id).toSorted(byUrgency);
  const [first] = found.filter(({ historic }) => !historic).toSorted(byUrgency);
  return first === undefined ? [] : ofOne(first.incident_id);
}

/** The alerts in words, one string per line. */
export function alertLines(found: readonly FoundAlert[]): readonly string[] {
  const incident = worstIncident(found);
  const shown = incident.slice(0, SHOWN_ALERTS);
  const left = incident.length - shown.length;
  const head = `Alerts: ${found.length}${incident.length === 0 ? '' : `, ${incident.length} of them one incident`}`;
  return [
    head,
    ...shown.map(
      ({ severity, headline }) =>
        `  ${severity.toUpperCase().padEnd(SEVERITY_WIDTH)}  ${visibleText(headline)}`,
    ),
    ...(left > 0 ? [`  and ${countOf(left, 'more alert')}`] : []),
  ];
}
