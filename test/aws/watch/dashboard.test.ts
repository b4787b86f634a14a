import type { Widget } from './shown-dashboard';
import { shownDashboard } from './shown-dashboard';

/** Column, row, width, height, kind and title of each widget. */
function grid(widgets: readonly Widget[]): string[] {
  return widgets.map(
    ({ x, y, width, height, type, properties }) =>
      `${x},${y} ${width}x${height} ${type} ${properties.title ?? 'links'}`,
  );
}

/** The lines of a graph in order: name, source and how each is drawn. */
function lines(widgets: readonly Widget[], title: string): readonly (readonly unknown[])[] {
  return widgets.find(({ properties }) => properties.title === title)?.properties.metrics ?? [];
}

const { widgets: one, variables } = shownDashboard({ sources: 1 });
const twenty = shownDashboard({ sources: 20 });

describe('the dashboard', () => {
  test('of one source', () => {
    expect(grid(one)).toEqual([
      '0,0 24x4 text links',
      '0,4 6x3 metric Events today, UTC: PickedSource',
      '6,4 6x3 metric Behind the present: PickedSource',
      "12,4 6x3 metric Token's life: PickedSource",
      '18,4 6x3 metric Alerts today, UTC: PickedSource',
      '0,7 3x2 alarm no-data',
      '3,7 3x2 alarm not-running',
      '6,7 3x2 alarm credentials-refused',
      '9,7 3x2 alarm behind',
      '12,7 3x2 alarm quarantined',
      '15,7 3x2 alarm events-recovered',
      '18,7 3x2 alarm events-without-group',
      '21,7 3x2 alarm token-expiring',
      '0,9 24x2 alarm Alarms of what all sources share',
      '0,11 12x7 metric Events archived per hour',
      '12,11 12x7 metric How far the archive is behind the present: twice a day, and while it is late',
      '0,18 12x7 metric Events of each hour: PickedSource',
      '12,18 6x7 metric Run duration',
      '18,18 6x7 metric Runs that failed, runs refused',
      '0,25 8x7 metric Alerts raised per hour',
      '8,25 8x7 metric Events that rules do not count, per hour: PickedSource',
      '16,25 8x7 metric Longest wait for detection',
      '0,32 12x7 log Latest alerts',
      '12,32 12x7 log Latest errors and warnings',
    ]);
  });

  test('of twenty sources, as many as share a stack, has a row for each in its matrix of health', () => {
    expect(grid(twenty.widgets)).toEqual([
      '0,0 24x4 text links',
      '0,4 6x3 metric Events today, UTC: PickedSource',
      '6,4 6x3 metric Behind the present: PickedSource',
      "12,4 6x3 metric Token's life: PickedSource",
      '18,4 6x3 metric Alerts today, UTC: PickedSource',
      '0,7 3x21 alarm no-data',
      '3,7 3x21 alarm not-running',
      '6,7 3x21 alarm credentials-refused',
      '9,7 3x21 alarm behind',
      '12,7 3x21 alarm quarantined',
      '15,7 3x21 alarm events-recovered',
      '18,7 3x21 alarm events-without-group',
      '21,7 3x21 alarm token-expiring',
      '0,28 24x2 alarm Alarms of what all sources share',
      '0,30 12x7 metric Events archived per hour',
      '12,30 12x7 metric How far the archive is behind the present: twice a day, and while it is late',
      '0,37 12x7 metric Events of each hour: PickedSource',
      '12,37 6x7 metric Run duration',
      '18,37 6x7 metric Runs that failed, runs refused',
      '0,44 8x7 metric Alerts raised per hour',
      '8,44 8x7 metric Events that rules do not count, per hour: PickedSource',
      '16,44 8x7 metric Longest wait for detection',
      '0,51 12x7 log Latest alerts',
      '12,51 12x7 log Latest errors and warnings',
    ]);
  });

  test('without detection shows nothing of it', () => {
    expect(grid(shownDashboard({ sources: 1, hasDetection: false }).widgets)).toEqual([
      '0,0 24x4 text links',
      '0,4 8x3 metric Events today, UTC: PickedSource',
      '8,4 8x3 metric Behind the present: PickedSource',
      "16,4 8x3 metric Token's life: PickedSource",
      '0,7 3x2 alarm no-data',
      '3,7 3x2 alarm not-running',
      '6,7 3x2 alarm credentials-refused',
      '9,7 3x2 alarm behind',
      '12,7 3x2 alarm quarantined',
      '15,7 3x2 alarm events-recovered',
      '18,7 3x2 alarm token-expiring',
      '0,9 24x2 alarm Alarms of what all sources share',
      '0,11 12x7 metric Events archived per hour',
      '12,11 12x7 metric How far the archive is behind the present: twice a day, and while it is late',
      '0,18 12x7 metric Events of each hour: PickedSource',
      '12,18 6x7 metric Run duration',
      '18,18 6x7 metric Runs that failed, runs refused',
      '0,25 24x7 log Latest errors and warnings',
    ]);
  });

  test('of no source, as when all are retired, has nothing to pick and no matrix', () => {
    const none = shownDashboard({ sources: 0 });
    expect(none.variables ?? []).toEqual([]);
    expect(grid(none.widgets).filter((text) => text.includes('alarm'))).toEqual([
      '0,7 24x2 alarm Alarms of what all sources share',
    ]);
  });

  test('links to archive, quarantine, alerts, queries, functions and alarms', () => {
    const found = [...(one[0]?.properties.markdown ?? '').matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    const inConsole = 'https://eu-west-1.console.aws.amazon.com/';
    const folder = `${inConsole}s3/buckets/audit-archive?region=eu-west-1&prefix=`;
    const functions = `${inConsole}lambda/home?region=eu-west-1#/functions/`;
    expect(found.map(([, text, url]) => [text, url])).toEqual([
      ['Archive', `${folder}netskope_audit/`],
      ['Quarantine', `${folder}quarantine/netskope_audit/`],
      ['pages', `${folder}quarantine/pages/netskope_audit/`],
      ['Alerts', `${folder}alerts/netskope_audit/`],
      ['Saved queries', `${inConsole}athena/home?region=eu-west-1#/query-editor/saved-queries`],
      ['Collector and its log', `${functions}collector?tab=monitoring`],
      ['Detector and its log', `${functions}detector?tab=monitoring`],
      ['Alarms', `${inConsole}cloudwatch/home?region=eu-west-1#alarmsV2:`],
      ['stack', `${inConsole}cloudformation/home?region=eu-west-1`],
    ]);
  });

  test('names the runbook once, and leads to it where its address is set', () => {
    expect(one[0]?.properties.markdown).toContain('Runbook: `docs/runbook.md` ·');
    const runbookUrl = 'https://git.example.com/docs/runbook.md';
    const [links, ...others] = shownDashboard({ sources: 1, runbookUrl }).widgets;
    expect(links?.properties.markdown).toContain('[Runbook](https://git.example.com/docs/runbook.md) ·');
    expect(JSON.stringify(others)).not.toMatch(/runbook/i);
  });

  test('says what to do about a source whose secret is still empty', () => {
    expect(one[0]?.properties.markdown).toContain('put its domain and token into its secret');
  });

  test('lets the reader pick a source by its label: the first one where nobody has', () => {
    expect(variables).toEqual([
      {
        id: 'source',
        label: 'Source',
        type: 'pattern',
        pattern: 'PickedSource',
        inputType: 'select',
        defaultValue: 'tenant-1',
        values: [{ value: 'tenant-1', label: 'Tenant 1' }],
      },
    ]);
    expect(twenty.variables[0]?.values).toHaveLength(20);
  });

  test('shows the newest number of the picked source: of the day, or of the last time it was sent', () => {
    expect(one.slice(1, 5).map(({ properties }) => properties.metrics)).toEqual(
      [
        ['EventsArchived', { label: 'events', period: 86_400, stat: 'Sum' }],
        ['LagSeconds', { label: 'seconds', period: 43_200, stat: 'Maximum' }],
        ['TokenDaysLeft', { label: 'days', period: 43_200, stat: 'Minimum' }],
        ['AlertsRaised', { label: 'alerts', period: 86_400, stat: 'Sum' }],
      ].map(([name, drawn]) => [['NetskopeAudit', name, 'SourceId', 'PickedSource', drawn]]),
    );
  });

  test('draws events and lag with a line for each source', () => {
    const drawn = lines(one, 'Events archived per hour');
    expect(drawn).toEqual([
      [
        'NetskopeAudit',
        'EventsArchived',
        'SourceId',
        'tenant-1',
        { label: 'tenant-1', period: 3_600, stat: 'Sum' },
      ],
    ]);
    const lag = 'How far the archive is behind the present: twice a day, and while it is late';
    expect(lines(one, lag)).toEqual([
      ['NetskopeAudit', 'LagSeconds', 'SourceId', 'tenant-1', { label: 'tenant-1', stat: 'Maximum' }],
    ]);
    const labels = lines(twenty.widgets, 'Events archived per hour').map(([, , , id]) => id);
    expect(labels).toHaveLength(20);
    expect(labels.at(-1)).toBe('tenant-20');
  });

  test('draws what became of the events of the picked source, hour by hour', () => {
    expect(
      lines(one, 'Events of each hour: PickedSource').map(([, name, , source]) => [name, source]),
    ).toEqual([
      ['EventsArchived', 'PickedSource'],
      ['EventsQuarantined', 'PickedSource'],
      ['EventsRecovered', 'PickedSource'],
      ['EventsDrifted', 'PickedSource'],
    ]);
    const uncounted = lines(one, 'Events that rules do not count, per hour: PickedSource');
    expect(uncounted.map(([, name, , source]) => [name, source])).toEqual([
      ['EventsExcluded', 'PickedSource'],
      ['EventsWithoutGroup', 'PickedSource'],
    ]);
  });

  test('draws runs, alerts and the longest wait', () => {
    expect(lines(one, 'Runs that failed, runs refused').map(([, name]) => name)).toEqual([
      'Errors',
      'Throttles',
      'Invocations',
    ]);
    expect(lines(one, 'Alerts raised per hour')).toEqual([
      [
        'NetskopeAudit',
        'AlertsRaised',
        'SourceId',
        'tenant-1',
        { label: 'tenant-1', period: 3_600, stat: 'Sum' },
      ],
    ]);
    expect(lines(one, 'Longest wait for detection')).toEqual([
      [
        'AWS/SQS',
        'ApproximateAgeOfOldestMessage',
        'QueueName',
        'objects',
        { label: 'oldest object', stat: 'Maximum' },
      ],
    ]);
  });

  test('ends with the newest alerts, and the newest errors of both functions, from the logs', () => {
    expect(one.slice(-2).map(({ properties }) => properties.query?.split('\n'))).toEqual([
      [
        "SOURCE '/log/detector' | fields @timestamp, severity, update, alertId",
        "| filter message = 'alert'",
        '| sort @timestamp desc',
        '| limit 20',
      ],
      [
        "SOURCE '/log/collector' | SOURCE '/log/detector' | fields @timestamp, level, sourceId, message, coalesce(error.message, reason) as why",
        "| filter level in ['ERROR', 'WARN']",
        '| sort @timestamp desc',
        '| limit 20',
      ],
    ]);
  });

  test('stays within what CloudWatch takes, with 100 sources, the most of one dashboard', () => {
    const { widgets } = shownDashboard({ sources: 100 });
    const metrics = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    const alarms = widgets.map(({ properties }) => properties.alarms?.length ?? 0);
    expect(widgets.length).toBeLessThanOrEqual(500);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(500);
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2_500);
    expect(Math.max(...alarms)).toBe(100);
    expect(grid(widgets)).toContain('0,7 3x21 alarm no-data');
  });

  test('has no panel over another or beyond the right edge', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of twenty.widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          const cell = `${column},${row}`;
          expect(taken).not.toContain(cell);
          taken.add(cell);
        }
      }
    }
  });
});
