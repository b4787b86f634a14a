import { type Anomaly, reshaped } from './anomaly';

/** Forms of `details`, each in an event that has such, and of the fields that every event has. */
export const fieldAnomalies = {
  /** Sekoia, "Exception Configuration", August 2026. */
  'details-as-json-text': {
    wanted: { kindName: 'Exception Configuration', detailsShape: 'json-text' },
  },
  /** Netskope's event schema. */
  'details-as-list': { wanted: { kindName: 'Edited inline policy', detailsShape: 'list' } },
  /** Defensive: one of the producers is said to write it this way. */
  'details-as-object': { wanted: { kindName: 'Edit admin record', detailsShape: 'object' } },
  /** Defensive: another producer is said to write it this way. */
  'details-as-string': { wanted: { kindName: 'Edited inline policy', detailsShape: 'sentence' } },
  /** Elastic, "Edited private app segment". */
  'details-as-empty-list': {
    wanted: { kindName: 'Edited private app segment', detailsShape: 'empty-list' },
  },
  /** Sekoia and Elastic, August 2026; Netskope's event schema. Samples before have no such field. */
  'record-type': reshaped({ record_type: 'audit' }),
  /** Sekoia's parser reads 1 as high, 2 as medium, 3 as low. */
  'severity-high': reshaped({ severity_level: 1 }),
  'severity-medium': reshaped({ severity_level: 2 }),
  'severity-low': reshaped({ severity_level: 3 }),
  /** Samples passed on by Cloud Exchange; Netskope's event schema says String. */
  'string-severity': { respell: () => ({ severity_level: '2' }) },
  /** Elastic, "Edited private app segment". */
  'severity-in-words': {
    wanted: { kindName: 'Edited private app segment' },
    respell: () => ({ severity_level: 'low' }),
  },
  /** Defensive: every sample has 1. */
  'count-above-one': reshaped({ count: 3 }),
} as const satisfies Record<string, Anomaly>;
