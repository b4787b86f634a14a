import { type Anomaly, supportedBy } from './anomaly';

const EDIT = 'Edited inline policy';
const CALL = 'Rest API V2 Call';

/** Characters and numbers that tools between Netskope and a reader may damage. */
export const textAnomalies = {
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
} as const satisfies Record<string, Anomaly>;
