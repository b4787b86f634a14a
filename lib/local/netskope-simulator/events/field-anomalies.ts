import type { WantedEvent } from './audit-event-draft';
import { supportStaff } from './audit-event-draft';
import type { AuditEventDraft } from './audit-event-layouts';
import { pick } from './random';

export interface AnomalyContext {
  /** Unix seconds. */
  readonly insertedAtS: number;
  /** Position in the stream, from 0. */
  readonly number: number;
  readonly random: () => number;
}

/** A deviation from the ordinary event. The event is true as a whole: its values are those of such an event. */
export interface Anomaly {
  /** The event that it needs. @default - any */
  readonly wanted?: WantedEvent;
  /** Changes what the event says: the id and time that the draft has afterwards are the true ones. */
  readonly reshape?: (draft: AuditEventDraft, context: AnomalyContext) => void;
  /** Fields that are written differently, or added; an undefined one is left out. */
  readonly respell?: (draft: AuditEventDraft) => Readonly<Record<string, unknown>>;
  /** Changes the text in ways that JSON.stringify cannot write. */
  readonly rewrite?: (text: string) => string;
}

/** An event with these fields in place of its own. */
export function reshaped(fields: Partial<AuditEventDraft>, kindName?: string): Anomaly {
  return {
    ...(kindName === undefined ? {} : { wanted: { kindName } }),
    reshape: (draft) => void Object.assign(draft, fields),
  };
}

/** An event of the kind with this `supporting_data`, and without details, which are about another object. */
export function supportedBy(kindName: string, dataType: string | null, dataValues: unknown): Anomaly {
  const supporting_data = { data_type: dataType, data_values: dataValues };
  return reshaped({ supporting_data, details: undefined }, kindName);
}

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

/**
 * Late events, and other spellings of the `timestamp`. Every audit sample has whole epoch seconds; the spellings are those
 * of neighbors in the same ecosystem (Elastic, Cortex, Panther), so all are defensive. The true time stays the second.
 */
export const timeAnomalies = {
  /** Samples of 2022: stored 300 s after it happened. */
  'late-by-minutes': late(300),
  /** Defensive: no sample is later than 301 s. */
  'late-by-hours': late(3 * 3600 + 17),
  'time-as-text': spelled((epochS) => String(epochS)),
  'time-with-fraction': spelled((epochS) => epochS + 0.5),
  'time-with-zero-fraction': {
    ...spelled((epochS) => `@${epochS}.0@`),
    rewrite: (text: string) => text.replace(/"@(\d+\.0)@"/, '$1'),
  },
  'time-in-milliseconds': spelled((epochS) => epochS * 1000 + 123),
  'time-in-microseconds': spelled((epochS) => epochS * 1_000_000 + 123_456),
  'time-in-iso-utc': spelled((epochS) => `${isoTime(epochS)}Z`),
  'time-in-iso-offset': spelled((epochS) => `${isoTime(epochS + 3600)}+01:00`),
  'time-as-date-and-time': spelled((epochS) => isoTime(epochS).replace('T', ' ')),
  /** Ambiguous: in which zone? Here UTC. */
  'time-without-zone': spelled(isoTime),
  /** Ambiguous: day or month first? Here the day, in UTC. */
  'time-day-first': spelled((epochS) =>
    isoTime(epochS).replace(/^(\d+)-(\d+)-(\d+)T/, (_, year, month, day) => `${day}/${month}/${year} `),
  ),
} as const satisfies Record<string, Anomaly>;

function late(lagS: number): Anomaly {
  return {
    reshape: (draft, { insertedAtS }) => {
      draft.timestamp = insertedAtS - lagS;
    },
  };
}

function spelled(spelling: (epochS: number) => string | number): Anomaly {
  return { respell: ({ timestamp }) => ({ timestamp: spelling(timestamp) }) };
}

/** For example 2026-11-28T18:22:58. */
function isoTime(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 19);
}

/** Other forms of the `_id`. The true id of a number is its decimal text, that of an ObjectId its digits. */
export const idAnomalies = {
  /** Defensive: every sample has one. */
  'missing-id': reshaped({ _id: undefined }),
  /** Sekoia, "Events were cleared". */
  'id-of-20-hex': identifiedBy([20]),
  /** README of the Cortex collector. */
  'id-of-23-hex': identifiedBy([23]),
  /** Seen, perhaps anonymized before it was published. */
  'id-of-32-hex': identifiedBy([32]),
  /** Sekoia, perhaps anonymized before it was published. */
  'id-as-uuid': identifiedBy([8, 4, 4, 4, 12]),
  /**
   * Old exports, such as 66483. Here the second of insertion and the number of the event, because two streams of one
   * tenant must not have the same; still exact as a double.
   */
  'id-as-number': {
    reshape: (draft, { insertedAtS, number }) => {
      draft._id = String(insertedAtS * 1_000_000 + (number % 1_000_000));
    },
    respell: ({ _id }) => ({ _id: Number(_id) }),
  },
  /** Old exports: an ObjectId in MongoDB's extended JSON. */
  'id-as-oid': { respell: ({ _id }) => ({ _id: { $oid: _id } }) },
} as const satisfies Record<string, Anomaly>;

/** @param groups lengths of the groups of digits between dashes. */
function identifiedBy(groups: readonly number[]): Anomaly {
  return {
    reshape: (draft, { random }) => {
      const digit = () => pick([...'0123456789abcdef'], random);
      draft._id = groups.map((length) => Array.from({ length }, digit).join('')).join('-');
    },
  };
}

/** Who acts, and how it is written. */
export const userAnomalies = {
  /** Netskope's event schema: a field without value has the default of its type. */
  'empty-user': reshaped({ user: '', ur_normalized: '' }),
  /** A tenant policy can hide the user (documentation of Netskope's command line). */
  'redacted-user': reshaped({ user: 'redacted', ur_normalized: 'redacted' }),
  /** README of the Cortex collector: no email address. */
  'user-without-domain': reshaped({ user: 'student13', ur_normalized: 'student13' }),
  /** Seen: a placeholder acts, and the name of the user stands among the values. */
  'unknown-user': reshaped(
    {
      user: 'unknown',
      ur_normalized: 'unknown',
      supporting_data: { data_type: 'user', data_values: ['203.0.113.5', 'student13'] },
    },
    'Login Failed',
  ),
  /** Defensive: every sample has the field. */
  'missing-user': { respell: () => ({ user: undefined, ur_normalized: undefined }) },
  /** Seen in samples of the same ecosystem. */
  'null-user': { respell: () => ({ user: null, ur_normalized: null }) },
  /** Seen in samples of the same ecosystem. */
  'user-as-list': { respell: ({ user }) => ({ user: [user] }) },
  /** Netskope keeps the name as it was typed, and `ur_normalized` in lower case. */
  'mixed-case-user': reshaped({
    user: 'Elena.PETROVA@Corp.Example',
    ur_normalized: 'elena.petrova@corp.example',
  }),
  /** Samples before 2023. */
  'personnel-flag-absent': reshaped({ is_netskope_personnel: undefined }),
  /** Panther, "Login Successful" by vendor staff. */
  'personnel-flag-true': reshaped(
    {
      is_netskope_personnel: true,
      user: supportStaff.user,
      ur_normalized: supportStaff.user,
      supporting_data: { data_type: 'user', data_values: [supportStaff.addresses[0], supportStaff.user] },
    },
    'Login Successful',
  ),
  /** Panther. */
  'personnel-flag-false': reshaped({ is_netskope_personnel: false }),
  /** Seen in samples of the same ecosystem: a boolean field without value. */
  'booleans-as-empty-text': { respell: () => ({ is_netskope_personnel: '' }) },
} as const satisfies Record<string, Anomaly>;
