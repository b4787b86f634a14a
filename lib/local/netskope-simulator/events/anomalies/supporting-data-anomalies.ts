import { type Anomaly, reshaped, supportedBy } from './anomaly';

/** What `supporting_data` looks like elsewhere. */
export const supportingDataAnomalies = {
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
} as const satisfies Record<string, Anomaly>;
