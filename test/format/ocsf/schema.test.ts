import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { ocsfEventOf } from '../../../lib/format/ocsf/ocsf-event';
import { auditEventKinds } from '../../../lib/local/netskope-simulator/events/audit-event-names';
import { generateAuditEvents, oneOfEach } from '../../../lib/local/netskope-simulator/events/audit-events';
import { ocsfOf } from './archived-records';
import { schemaProblems } from './ocsf-schema';

const EPOCH_S = 1795255200;

test.each(auditEventKinds)('$name is as OCSF 1.5.0 defines its class', ({ name }) => {
  for (const data_type of ['user', 'admin', 'policy', 'hostname', 'reason', 'incidents', null])
    for (const data_values of [
      [],
      'x',
      [''],
      ['192.0.2.7', 'a@example.org'],
      [403, 'PATCH', '/api', 'trid=1'],
      [false],
    ])
      expect(
        schemaProblems(ocsfOf({ audit_log_event: name, supporting_data: { data_type, data_values } })),
      ).toEqual([]);
});

test('so is whatever a tenant sends, with every anomaly', () => {
  const span = { fromEpochS: EPOCH_S, toEpochS: EPOCH_S + 86_400 };
  const events = [
    ...generateAuditEvents({ seed: 7, count: 500, ...span }),
    ...oneOfEach({ seed: 8, insertedAtS: EPOCH_S }),
  ];
  const problems = events.flatMap(({ text }, place) => {
    const record = {
      ...(JSON.parse(text) as object),
      p_row_id: `netskope:${place}`,
      p_source_id: 'netskope',
    };
    const event = readArchivedEvent(record);
    if (event === undefined) return []; // a time that nobody can read is in quarantine
    const ocsf: unknown = JSON.parse(JSON.stringify(ocsfEventOf(event, text)));
    return schemaProblems(ocsf as Readonly<Record<string, unknown>>);
  });
  expect(problems).toEqual([]);
});

test('a violation of the schema is found', () => {
  const login = Object.fromEntries(Object.entries(ocsfOf({})).filter(([name]) => name !== 'service'));
  expect(schemaProblems({ ...login, status_id: 7, time: '1', user: { nickname: 'a' } })).toEqual([
    '3002 has none of service, dst_endpoint',
    '3002.time is "1"; expected integer',
    '3002.status_id is 7; expected one of 0, 1, 2, 99',
    'user has none of name, uid',
    'user.nickname is not in the schema',
  ]);
  expect(schemaProblems({ ...login, class_uid: 3004 })).toEqual([
    '3004.entity is missing',
    '3004.user is not in the schema',
  ]);
});
