import type { WantedEvent } from './audit-event-draft';
import type { AuditEventDraft } from './audit-event-layouts';
import type { Anomaly, AnomalyContext } from './field-anomalies';
import {
  fieldAnomalies,
  idAnomalies,
  reshaped,
  supportedBy,
  timeAnomalies,
  userAnomalies,
} from './field-anomalies';

const EDIT = 'Edited inline policy';
const CALL = 'Rest API V2 Call';

const anomalies = {
  // What `supporting_data` looks like elsewhere.

  /** Panther's "Deleted rbi template" has none. */
  'absent-supporting-data': reshaped({ supporting_data: undefined }, 'Deleted rbi template'),
  /** README of the Cortex collector, "Client Disable Request Submitted". */
  'bare-string-data-values': supportedBy('Client Disable Request Submitted', 'hostname', 'HOST123'),
  /** Sekoia, "Events were cleared". */
  'null-data-type': supportedBy('Events were cleared', null, ['']),
  /** Sekoia, together with a null type. */
  'empty-string-data-values': supportedBy('Login Successful', 'user', ['']),
  /** Sekoia, "Deleted inline policy". */
  'boolean-data-values': supportedBy('Deleted inline policy', 'policy', [false]),
  /** Panther, "Rest API V2 Call": a number among strings. */
  'mixed-data-values': supportedBy('Rest API V2 Call', 'incidents', [
    403,
    'POST',
    '/api/v2/incidents/uba/getuci',
    'trid=ccb898fgrhvdd0v0',
  ]),
  /** Elastic's log samples carry it as Python writes it, after Cloud Exchange. */
  'python-text-supporting-data': {
    ...reshaped({ user: 'student13', ur_normalized: 'student13' }, 'Login Failed'),
    respell: () => ({
      supporting_data: "{'data_type': 'user', 'data_values': ['203.0.113.5', 'student13']}",
    }),
  },
  /** Defensive: as the text of Elastic's samples, but in JSON. */
  'json-text-supporting-data': {
    wanted: { kindName: 'Edited inline policy' },
    respell: ({ supporting_data }) => ({ supporting_data: JSON.stringify(supporting_data) }),
  },
  /** Defensive: `details` come as such a text in Sekoia's fixtures. */
  'json-text-in-data-value': supportedBy('Edited inline policy', 'policy', [
    '{"policy":"Coach on generative AI","groups":["bob@example.org","203.0.113.6"]}',
  ]),
  /** Defensive: Elastic's sample of an edited private app names the app alone. */
  'hosts-in-data-values': supportedBy('Edited private app segment', 'npa-provisioner', [
    '[WIKI] (ID: 102)',
    'https://wiki.corp.example/start?next=%2Fhome',
    'wiki.corp.example:8443',
    '*.partner.example',
    'publisher at files.example.net',
  ]),

  ...fieldAnomalies,
  ...timeAnomalies,
  ...idAnomalies,

  // Characters and numbers that tools between Netskope and a reader may damage.

  /** Defensive: Netskope's other event types have such numbers; audit events have shown none. */
  'integer-beyond-double': {
    ...supportedBy(CALL, 'incidents', ['@9007199254740993123@']),
    rewrite: (text: string) => text.replace('"@9007199254740993123@"', '9007199254740993123'),
  },
  /** Published samples of Netskope events escape the solidus. */
  'escaped-solidus': {
    ...supportedBy(CALL, 'incidents', [200, 'GET', '/api/v2/policy/urllist', 'trid=1f0c']),
    rewrite: (text: string) => text.replaceAll('/', '\\/'),
  },
  /** Defensive: text outside the Basic Multilingual Plane, once verbatim and once escaped as a surrogate pair. */
  'text-outside-bmp': {
    ...supportedBy(EDIT, 'policy', ['Block 🎲 sites', 'rocket ROCKET']),
    rewrite: (text: string) => text.replace('ROCKET', '\\ud83d\\ude80'),
  },
  /** Defensive: right-to-left, combining and ideographic text. */
  'other-scripts': supportedBy(EDIT, 'policy', ['политика', 'סינון', '禁止上傳', 'e\u0301tude', 'नीति']),
  /** Seen in samples of the same ecosystem: NUL, which JSON escapes, and U+0089, which it does not. */
  'control-characters': supportedBy(EDIT, 'policy', ['Coach\u0000 on generative\u0089 AI']),
  /** Seen in samples of the same ecosystem: half a surrogate pair, as an escape. */
  'lone-surrogate': supportedBy(EDIT, 'policy', ['Block \ud83d sites']),

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
