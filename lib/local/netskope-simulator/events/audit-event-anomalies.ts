import { type AuditEventDraft, pick } from './audit-event-draft';

interface AnomalyContext {
  /** Unix seconds. */
  readonly insertedAtS: number;
  readonly random: () => number;
}

interface Anomaly {
  /** Changes the event before it becomes text. */
  readonly reshape?: (draft: AuditEventDraft, context: AnomalyContext) => void;
  /** Changes the text in ways that JSON.stringify cannot write. */
  readonly rewrite?: (text: string) => string;
}

const anomalies = {
  /** Panther's "Deleted rbi template" has none. */
  'absent-supporting-data': reshaped({ supporting_data: undefined }),
  /** README of the Cortex collector, "Client Disable Request Submitted". */
  'bare-string-data-values': supportedBy('hostname', 'HOST123'),
  /** Sekoia, "Events were cleared". */
  'null-data-type': supportedBy(null, ['']),
  /** Sekoia, together with a null type. */
  'empty-string-data-values': supportedBy('user', ['']),
  /** Sekoia, "Deleted inline policy". */
  'boolean-data-values': supportedBy('policy', [false]),
  /** Panther, "Rest API V2 Call": a number among strings. */
  'mixed-data-values': supportedBy('incidents', [
    403,
    'POST',
    '/api/v2/incidents/uba/getuci',
    'trid=ccb898fgrhvdd0v0',
  ]),
  /** Defensive: Netskope's event schema says String, but every raw sample has a number. */
  'string-severity': reshaped({ severity_level: '2' }),
  /** Defensive: in Netskope's event schema, but in no real sample. */
  'details-as-list': reshaped({
    details: [
      {
        name: 'Coach on generative AI',
        type: 'policy',
        id: '17',
        last_modified_by: 'alice.meyer@corp.example',
        modify_type: 'edit',
        diff: [{ key: 'action_name', added: '', changed: ['block', 'allow'], deleted: '' }],
      },
    ],
  }),
  /** Defensive: one of the producers is said to write it this way. */
  'details-as-object': reshaped({
    details: { name: 'Allow HR portal', diff: { key: 'status', changed: [true, false] } },
  }),
  /** Defensive: another producer is said to write it this way. */
  'details-as-string': reshaped({ details: 'status changed from "enabled" to "disabled"' }),
  /** Samples of 2022: stored 300 s after it happened. */
  'late-by-minutes': late(300),
  /** Defensive: no sample is later than 301 s. */
  'late-by-hours': late(3 * 3600 + 17),
  /** Defensive: every sample has one. */
  'missing-id': reshaped({ _id: undefined }),
  /** Defensive: Netskope's other event types have such numbers; audit events have shown none. */
  'integer-beyond-double': {
    ...supportedBy('incidents', ['@9007199254740993123@']),
    rewrite: (text: string) => text.replace('"@9007199254740993123@"', '9007199254740993123'),
  },
  /** Published samples of Netskope events escape the solidus. */
  'escaped-solidus': {
    ...supportedBy('incidents', [200, 'GET', '/api/v2/policy/urllist', 'trid=1f0c']),
    rewrite: (text: string) => text.replaceAll('/', '\\/'),
  },
  /** Defensive: text outside the Basic Multilingual Plane, once verbatim and once escaped as a surrogate pair. */
  'text-outside-bmp': {
    ...supportedBy('policy', ['Block 🎲 sites', 'rocket ROCKET']),
    rewrite: (text: string) => text.replace('ROCKET', '\\ud83d\\ude80'),
  },
  /** Defensive: right-to-left, combining and ideographic text. */
  'other-scripts': supportedBy('policy', ['политика', 'סינון', '禁止上傳', 'e\u0301tude', 'नीति']),
  /** Sekoia, "Events were cleared". */
  'id-of-20-hex': identifiedBy([20]),
  /** README of the Cortex collector. */
  'id-of-23-hex': identifiedBy([23]),
  /** Seen, perhaps anonymized before it was published. */
  'id-of-32-hex': identifiedBy([32]),
  /** Sekoia, perhaps anonymized before it was published. */
  'id-as-uuid': identifiedBy([8, 4, 4, 4, 12]),
  /** Netskope's event schema: a field without value has the default of its type. */
  'empty-user': reshaped({ user: '', ur_normalized: '' }),
  /** A tenant policy can hide the user (documentation of Netskope's command line). */
  'redacted-user': reshaped({ user: 'redacted', ur_normalized: 'redacted' }),
  /** README of the Cortex collector: no email address. */
  'user-without-domain': reshaped({ user: 'student13', ur_normalized: 'student13' }),
  /** Samples before 2023. */
  'personnel-flag-absent': reshaped({ is_netskope_personnel: undefined }),
  /** Panther, "Login Successful" by vendor staff. */
  'personnel-flag-true': reshaped({ is_netskope_personnel: true }),
  /** Panther. */
  'personnel-flag-false': reshaped({ is_netskope_personnel: false }),
} as const satisfies Record<string, Anomaly>;

/** A deviation from the ordinary event, by name. */
export type AnomalyName = keyof typeof anomalies;

/**
 * Every anomaly that the generator knows. Defensive only, because never seen in a real audit sample: `string-severity`,
 * `details-as-list`, `details-as-object`, `details-as-string`, `late-by-hours`, `missing-id`, `integer-beyond-double`,
 * `text-outside-bmp`, `other-scripts`. Documented but in no sample: `empty-user`, `redacted-user`.
 */
export const anomalyNames = Object.keys(anomalies) as readonly AnomalyName[];

/** Applies an anomaly to a draft and returns its JSON text; without an anomaly, the text of the unchanged draft. */
export function anomalousText(
  draft: AuditEventDraft,
  name: AnomalyName | undefined,
  context: AnomalyContext,
): string {
  if (name === undefined) return JSON.stringify(draft);
  const anomaly: Anomaly = anomalies[name];
  anomaly.reshape?.(draft, context);
  const text = JSON.stringify(draft);
  return anomaly.rewrite ? anomaly.rewrite(text) : text;
}

function reshaped(fields: Partial<AuditEventDraft>): Anomaly {
  return { reshape: (draft) => void Object.assign(draft, fields) };
}

function supportedBy(dataType: string | null, dataValues: unknown): Anomaly {
  return reshaped({ supporting_data: { data_type: dataType, data_values: dataValues } });
}

function late(lagS: number): Anomaly {
  return {
    reshape: (draft, { insertedAtS }) => {
      draft.timestamp = insertedAtS - lagS;
    },
  };
}

/** @param groups lengths of the groups of digits between dashes. */
function identifiedBy(groups: readonly number[]): Anomaly {
  return {
    reshape: (draft, { random }) => {
      const digit = () => pick([...'0123456789abcdef'], random);
      draft._id = groups.map((length) => Array.from({ length }, digit).join('')).join('-');
    },
  };
}
