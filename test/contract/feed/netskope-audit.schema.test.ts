import { EVENT_TIME_S } from '../../../lambdas/contract/feed/feed';
import schema from '../../../lambdas/contract/feed/netskope-audit.schema.json';

interface Field {
  readonly logType: string;
  readonly timeFormat?: string;
  readonly isEventTime?: boolean;
  readonly indicators?: readonly string[];
}

/** The documented fields of Netskope.Audit: type, whether required, and what a value of it indicates. */
const DOCUMENTED = [
  'timestamp: timestamp, unix, event time, required',
  'type: string, required',
  'user: string, required, indicates email username',
  'is_netskope_personnel: boolean',
  'severity_level: int',
  'audit_log_event: string, required',
  'supporting_data: json, required',
  'organization_unit: string',
  'ur_normalized: string',
  'count: int',
  '_insertion_epoch_timestamp: int',
  '_id: string, required',
  'details: json',
  'record_type: string',
  'ccl: string',
  'sAMAccountName: string',
  'userPrincipalName: string',
];

function inWords(name: string, { logType, timeFormat, isEventTime, indicators }: Field): string {
  const parts = [
    logType,
    timeFormat,
    isEventTime === true ? 'event time' : undefined,
    schema.required.includes(name) ? 'required' : undefined,
    indicators && `indicates ${indicators.join(' ')}`,
  ];
  return `${name}: ${parts.filter((part) => part !== undefined).join(', ')}`;
}

test('the schema file has the sixteen documented fields, the one that Netskope has added since, and no other', () => {
  const fields = Object.entries<Field>(schema.properties);
  expect(fields.map(([name, field]) => inWords(name, field))).toEqual(DOCUMENTED);
});

test('every required field is a field', () => {
  expect(schema.required.filter((name) => !(name in schema.properties))).toEqual([]);
});

test('each deviation that is accepted says where it was seen', () => {
  const evidence = JSON.stringify(schema).match(/"seen":"[^"]+","evidence":"/g) ?? [];
  expect(evidence).toHaveLength(JSON.stringify(schema).split('"seen":').length - 1);
  expect(evidence).toHaveLength(8);
});

test('its event times are bounded as those of every feed', () => {
  const { minimum, maximum } = schema.properties.timestamp;
  expect({ minimum, maximum }).toEqual(EVENT_TIME_S);
});

test('only id and event time are limited by more than their type: of all else, events of one form may differ', () => {
  const limits = JSON.stringify(schema.properties).match(
    /"(?:minimum|maximum|exclusive\w+|multipleOf|pattern|format|enum|const|m\w+Length|m\w+Items|uniqueItems)":[^,}]+/g,
  );
  expect(limits).toEqual(['"minimum":946684800', '"maximum":4102444799', String.raw`"pattern":"\\S"`]);
});
