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
  ['a text', 'Login Successful'],
  ['null', null],
  ['a list', [archivedRecord()]],
  ['a record without row id', archivedRecord({ p_row_id: undefined })],
  ['a record without source', archivedRecord({ p_source_id: 7 })],
  ['a time as text', archivedRecord({ timestamp: '2026-11-22 09:00:00' })],
  ['a time that is no whole second', archivedRecord({ timestamp: 1_795_338_000.5 })],
  ['a time before 1970', archivedRecord({ timestamp: -1 })],
  ['a time after the year 9999', archivedRecord({ timestamp: 253_402_300_800 })],
])('%s is not a record', (_what, value) => {
  expect(readArchivedEvent(value)).toBeUndefined();
});

test.each([
  ['first', 0],
  ['last', 253_402_300_799],
])('the %s second that a date can have is read', (_which, timestamp) => {
  expect(archivedEvent({ timestamp }).timeS).toBe(timestamp);
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
