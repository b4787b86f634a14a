import { readArchivedEvent } from '../../../../lambdas/detector/core/event/archived-event';
import { archivedEvent, archivedRecord, NINE_S } from '../../archived';

test('a record of the archive is read', () => {
  expect(archivedEvent({ audit_log_event: 'Deleted admin', is_netskope_personnel: true })).toMatchObject({
    rowId: 'netskope:e1',
    sourceId: 'netskope',
    timeS: NINE_S,
    name: 'Deleted admin',
    user: 'alice@corp.example',
    isNetskopePersonnel: true,
  });
});

test.each([
  ['nothing', undefined],
  ['a text', 'Login Successful'],
  ['null', null],
  ['a list', [archivedRecord()]],
  ['a record without row id', archivedRecord({ p_row_id: undefined })],
  ['a record without source', archivedRecord({ p_source_id: 7 })],
  ['a time in words', archivedRecord({ timestamp: 'yesterday' })],
  ['a time before 2000', archivedRecord({ timestamp: 946_684_799 })],
  ['a time after 2099', archivedRecord({ timestamp: 4_102_444_800 })],
])('%s is not a record', (_what, value) => {
  expect(readArchivedEvent(value)).toBeUndefined();
});

test.each([
  ['first', 946_684_800],
  ['last', 4_102_444_799],
])('the %s second that an archived event can have is read', (_which, timestamp) => {
  expect(archivedEvent({ timestamp }).timeS).toBe(timestamp);
});

test.each([
  ['1795338000'],
  [1_795_338_000.5],
  [1_795_338_000_123],
  ['2026-11-22T10:00:00+01:00'],
  ['2026-11-22 09:00:00'],
])('a time that is spelled as %p is read', (timestamp) => {
  expect(archivedEvent({ timestamp }).timeS).toBe(NINE_S);
});

test('an event whose name is not a string has an empty one', () => {
  expect(archivedEvent({ audit_log_event: 17 }).name).toBe('');
});

test.each([
  [true, true],
  ['true', true],
  ['True', true],
  [false, false],
  ['false', false],
  [1, false],
  [undefined, false],
])('the personnel flag %p means %p', (flag, isPersonnel) => {
  expect(archivedEvent({ is_netskope_personnel: flag }).isNetskopePersonnel).toBe(isPersonnel);
});
