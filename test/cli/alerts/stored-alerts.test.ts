import { readStoredAlert } from '../../../lib/cli/alerts/stored-alerts';
import { exampleAlert } from '../../detector/example-alert';
import { VERSION_1 } from './alerts-archive';

function read(record: unknown) {
  return readStoredAlert('k', JSON.stringify(record))?.record;
}

describe('a stored alert', () => {
  it('is read as it is, without the events of its rows', () => {
    const alert = exampleAlert({ last_login_address: '192.0.2.1', last_login_time: '2026-11-22T08:00:00Z' });
    const rows = alert.rows.map(({ event: _, ...row }) => row);
    expect(read(alert)).toEqual({ ...alert, rows });
  });

  it('of version 1 gets the present form', () => {
    expect(read({ ...VERSION_1, last_login_time: '2026-11-20 07:00:00.000000000' })).toEqual({
      ...VERSION_1,
      schema_version: 2,
      update: 'raised',
      incident_id: '',
      headline: 'Administrator account changed by mallory@corp.example from 203.0.113.9',
      targets: [],
      changes: [],
      historic: false,
      first_event_time: '2026-11-20T08:15:00Z',
      last_event_time: '2026-11-20T08:16:30Z',
      last_login_time: '2026-11-20T07:00:00Z',
      window_end: '2026-11-20T09:15:00Z',
      rows: [{ ...VERSION_1.rows[0], event_time: '2026-11-20T08:15:00Z', targets: [], changes: [] }],
    });
  });

  it('of a later version is read as far as its fields have the known types', () => {
    const later = { ...exampleAlert(), schema_version: 3, who: 'alice', update: 'merged', severity: 5 };
    expect(read({ ...later, event_count: '12', rows: [null] })).toMatchObject({
      who: [],
      update: 'raised',
      severity: 'info',
      event_count: 0,
      rows: [{ row_id: '', targets: [] }],
    });
  });

  it.each([
    ['null'],
    ['5'],
    ['[]'],
    ['{"alert_id":"a"}'],
    ['{"alert_id":"a","first_event_time":"9 h"}'],
    ['{'],
  ])('%s is none', (line) => {
    expect(readStoredAlert('k', line)).toBeUndefined();
  });
});
