import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { savedQueries } from '../../../lib/aws/search/saved-queries';
import { generateAuditEvents, oneOfEach } from '../../../lib/local/netskope-simulator/events/audit-events';
import { NOW_S } from '../../pipeline';
import { partitionsOf, SearchedArchive } from './searched-archive';

let archive: SearchedArchive;

describe('over an archive of generated events with every known anomaly', () => {
  beforeAll(async () => {
    const spanS = { fromEpochS: NOW_S - 6 * 3600, toEpochS: NOW_S - 60 };
    archive = await SearchedArchive.of([
      ...generateAuditEvents({ seed: 7, count: 1500, ...spanS }),
      ...oneOfEach({ seed: 8, insertedAtS: NOW_S - 30 }),
    ]);
  });
  afterAll(() => archive.stop());

  test('every saved query runs and returns as many rows as the events imply', async () => {
    const rowCounts = await Promise.all(
      savedQueries({ feed: AUDIT_FEED, sourceIds: ['netskope'], hasAlerts: true }).map(
        async ({ name }) => [name, (await archive.ask(name)).length] as const,
      ),
    );
    expect(Object.fromEntries(rowCounts)).toEqual({
      'Latest admin actions': 200,
      'Failed logins by user and IP': 16,
      'Configuration changes': 298,
      'Actions by Netskope personnel': 9,
      'Events per hour with gaps': 7 * 24 + 13,
      "One user's timeline": 0,
      'New admins': 7,
      'API tokens and service accounts': 1,
      'Addresses seen for the first time': 17,
      'Actions outside working hours': 23,
      "One object's history": 0,
      'What is in quarantine and why': 6,
      'Duplicates (must be none)': 0,
      'Latest alerts': 0,
      'The events of an alert': 0,
      'Alerts with their events': 0,
    });
  });

  test('the hours add up to every event that was not put into quarantine', async () => {
    const hours = await archive.ask('Events per hour with gaps');
    expect(hours.reduce((sum, { events }) => sum + Number(events), 0)).toBe(1500 + 59 - 6);
  });

  test('every object with events is read by one of the tables, in a partition that Athena computes', () => {
    const withEvents = archive.keys.filter((key) => !key.startsWith('manifest/netskope_audit/'));
    expect(withEvents.length).toBeGreaterThan(6);
    for (const [source, dt, hour] of withEvents.map(partitionsOf)) {
      expect(source).toBe('netskope');
      expect(dt).toMatch(/^2026-11-1[78]$/);
      expect(hour ?? '00').toMatch(/^([01]\d|2[0-3])$/);
    }
  });

  test('no manifest line is read by a table', () => {
    const lines = archive.keys.filter((key) => key.startsWith('manifest/netskope_audit/'));
    expect(lines).not.toEqual([]);
    expect(lines.flatMap(partitionsOf)).toEqual([]);
  });
});
