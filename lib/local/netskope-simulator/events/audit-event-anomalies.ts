import type { Anomaly, AnomalyContext } from './anomalies/anomaly';
import { fieldAnomalies } from './anomalies/field-anomalies';
import { idAnomalies } from './anomalies/id-anomalies';
import { supportingDataAnomalies } from './anomalies/supporting-data-anomalies';
import { textAnomalies } from './anomalies/text-anomalies';
import { timeAnomalies } from './anomalies/time-anomalies';
import { userAnomalies } from './anomalies/user-anomalies';
import type { WantedEvent } from './audit-event-draft';
import type { AuditEventDraft } from './audit-event-layouts';

const anomalies = {
  ...supportingDataAnomalies,
  ...fieldAnomalies,
  ...timeAnomalies,
  ...idAnomalies,
  ...textAnomalies,
  ...userAnomalies,
} as const satisfies Record<string, Anomaly>;

/** A deviation from the ordinary event, by name. */
export type AnomalyName = keyof typeof anomalies;

/** Every anomaly that the generator knows. Where each is defined, a comment tells who has seen it, or that it is defensive. */
export const anomalyNames = Object.keys(anomalies) as readonly AnomalyName[];

/** The event that an anomaly needs; undefined if any will do. */
export function wantedFor(name: AnomalyName): WantedEvent | undefined {
  return anomalyNamed(name).wanted;
}

/** Applies an anomaly to a draft and returns its JSON text; the draft keeps the true id and time. */
export function anomalousText(draft: AuditEventDraft, name: AnomalyName, context: AnomalyContext): string {
  const { reshape, respell, rewrite } = anomalyNamed(name);
  reshape?.(draft, context);
  const text = JSON.stringify({ ...draft, ...respell?.(draft) });
  return rewrite ? rewrite(text) : text;
}

function anomalyNamed(name: AnomalyName): Anomaly {
  return anomalies[name];
}
