import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { billedResources, deploymentResources } from '../../../lib/tools/cost/billed-resources';
import { costReport, costTable, monthlyCost, TABLE_SOURCES } from '../../../lib/tools/cost/monthly-cost';
import { monthlyUsage } from '../../../lib/tools/cost/monthly-usage';
import type { PricedUse } from '../../../lib/tools/cost/prices';
import { PRICES } from '../../../lib/tools/cost/prices';

const DEPLOY = readFileSync(join(__dirname, '../../../docs/deploy.md'), 'utf8');

function usdOf(cost: ReturnType<typeof monthlyCost>, label: string): number | undefined {
  return cost.lines.find((line) => line.label === label)?.listUsd;
}

describe('one source with a thousand events a day, everything on', () => {
  let cost: ReturnType<typeof monthlyCost>;

  beforeAll(() => {
    cost = monthlyCost(AUDIT_FEED, 1, 1000);
  });

  test('costs less than 4 dollars a month at list price without its dashboard, and more with it', () => {
    expect(cost.withoutDashboard.listUsd).toBeLessThan(4);
    expect(cost.listUsd).toBeGreaterThan(5);
    expect(cost.listUsd - cost.withoutDashboard.listUsd).toBeCloseTo(3, 6);
  });

  test('costs less than a dollar of it for detection, at list price and after the free allowances', () => {
    expect(cost.listUsd - cost.withoutDetection.listUsd).toBeCloseTo(0.812, 3);
    expect(cost.afterFreeUsd - cost.withoutDetection.afterFreeUsd).toBeCloseTo(0.468, 3);
    expect(cost.withoutDetection.listUsd - cost.withoutBoth.listUsd).toBeCloseTo(3, 6);
  });

  test('costs less than 2 dollars with its dashboard, if that is one of the three free ones of an account', () => {
    expect(usdOf(cost, 'CloudWatch dashboard, up to 50 metrics')).toBe(3);
    expect(cost.afterFreeUsd).toBeLessThan(2);
    expect(cost.withoutDashboard.afterFreeUsd).toBeCloseTo(cost.afterFreeUsd, 6);
  });

  test('is dominated by the cost of monitoring', () => {
    expect(cost.lines.slice(0, 2).map(({ label }) => label)).toEqual([
      'CloudWatch dashboard, up to 50 metrics',
      'CloudWatch alarms',
    ]);
  });

  test('names the cost of each alarm', () => {
    expect(
      Object.fromEntries(cost.alarms.map(({ name, count, listUsd }) => [name, [count, listUsd]])),
    ).toEqual({
      'no-data': [1, 0.1],
      'not-running': [1, 0.1],
      'credentials-refused': [1, 0.1],
      behind: [1, 0.1],
      quarantined: [1, 0.1],
      'events-recovered': [1, 0.1],
      'events-without-group': [1, 0.1],
      'token-expiring': [1, 0.1],
      'collector-errors': [1, 0.1],
      'collector-throttles': [1, 0.1],
      'dead-letters': [1, 0.2],
      'collector-not-invoked': [1, 0.1],
      'detection-behind': [1, 0.1],
      'detector-errors': [1, 0.1],
      'archive-damaged': [1, 0.1],
    });
  });

  test('names the cost of each metric, which is low for those that are only sent in trouble', () => {
    expect(cost.metrics.map(({ name, listUsd }) => `${name} ${listUsd.toFixed(2)}`).sort()).toEqual([
      'AlertsRaised 0.01',
      'ArchiveDamaged 0.00',
      'CredentialsRefused 0.01',
      'EventEditions 0.00',
      'EventsArchived 0.30',
      'EventsConflicting 0.00',
      'EventsDrifted 0.01',
      'EventsExcluded 0.01',
      'EventsQuarantined 0.01',
      'EventsRecovered 0.00',
      'EventsWithoutGroup 0.00',
      'LagSeconds 0.03',
      'TokenDaysLeft 0.03',
    ]);
  });

  test('is printed line by line with its total', () => {
    const report = costReport(cost);
    expect(report).toMatch(/^1 source with 1,000 events a day each\n/);
    expect(report).toMatch(/^EventBridge Scheduler +8,790 invocations +0\.01 +0\.00$/m);
    expect(report).toMatch(/^Total +\d\.\d\d +\d\.\d\d$/m);
    expect(report).toMatch(/^Total with `dashboard` set to false +3\.\d\d +1\.\d\d$/m);
  });
});

test('ten sources cost ten times the metrics, secrets and runs of one, and share what exists once', () => {
  const resources = billedResources(deploymentResources(AUDIT_FEED, 10));
  const usage = monthlyUsage(resources, 1000);
  expect(usage).toMatchObject({ secrets: 10, alarms: 88 });
  // Verified once a day, by one schedule, with a metric for all.
  expect(usage.schedules).toBeCloseTo(87_600 + 730 / 24, 5);
  expect(usage.metrics).toBeCloseTo(13.75 + 1 / 24, 5);
  expect(resources.dashboardMetrics).toEqual([46]);
});

describe('a fleet of a thousand sources with a thousand events a day each', () => {
  let cost: ReturnType<typeof monthlyCost>;

  beforeAll(() => {
    cost = monthlyCost(AUDIT_FEED, 1000, 1000, true);
  });

  test('costs less than 1.05 dollars a source, at list price and after the free allowances', () => {
    expect(cost.listUsd / 1000).toBeCloseTo(1.005, 3);
    expect(cost.afterFreeUsd / 1000).toBeLessThan(1.05);
    expect(usdOf(cost, 'Secrets Manager secrets')).toBeCloseTo(400, 6);
  });

  test('has one alarm of each kind, and one metric for it', () => {
    expect(cost.alarms.map(({ name, count }) => `${name} ${count}`)).toEqual([
      'no-data 1',
      'not-running 1',
      'credentials-refused 1',
      'behind 1',
      'quarantined 1',
      'events-recovered 1',
      'token-expiring 1',
      'collector-throttles 1',
      'dead-letters 1',
      'collector-not-invoked 1',
      'detection-behind 1',
      'detector-errors 1',
      'archive-damaged 1',
    ]);
    expect(cost.metrics.map(({ name }) => name)).toEqual([
      'AlertsRaised',
      'EventsExcluded',
      'EventsWithoutGroup',
    ]);
  });

  test('is printed as such, with the cost of a source', () => {
    const report = costReport(cost);
    expect(report).toMatch(/^1000 sources of a fleet with 1,000 events a day each\n/);
    expect(report).toMatch(/^Total per source +1\.01 +0\.99$/m);
    expect(report).toMatch(/^EventBridge, events of a fleet \* +7,300,000 events +7\.30 +7\.30$/m);
  });
});

test('a fleet of two sources: the numbers that it adds to a month, by hand', () => {
  const two = { ...HOURLY_SOURCE, secrets: 2, scheduleMinutes: [6, 6], queueReaders: 0 };
  const without = monthlyUsage(two, 48);
  const usage = monthlyUsage({ ...two, isFleet: true }, 48);
  const added = (use: PricedUse): number => usage[use] - without[use];
  // 730 hours have 7,300 rounds and 14,600 runs.
  expect(usage.schedules).toBeCloseTo(7300, 6);
  expect(usage.metrics).toBe(7);
  expect(usage.metricCalls).toBeCloseTo(7300, 6);
  expect(usage.metricReads).toBe(0);
  expect(usage.busEvents).toBeCloseTo(14_600, 6);
  expect(added('queueRequests')).toBeCloseTo(730 * 900 + 3 * 14_600, 6);
  expect(added('functionRequests')).toBeCloseTo(7300, 6);
  expect(added('functionSeconds')).toBeCloseTo((7300 * (0.5 + 0.008)) / 4, 6);
  expect(added('tableReads')).toBeCloseTo(7300 * 8, 6);
  expect(added('tableWrites')).toBeCloseTo(14_600, 6);
});

test('a source that is collected hourly and has two events an hour: the numbers of a month, by hand', () => {
  const usage = monthlyUsage(
    {
      secrets: 1,
      dashboardMetrics: [9, 51],
      keys: 1,
      alarms: new Map([['no-data', { alarms: 1, metrics: 2 }]]),
      scheduleMinutes: [60],
      recheckedSources: 0,
      functionMemoryMib: 1024,
      queueReaders: 0,
    },
    48,
  );
  expect(usage).toMatchObject({
    schedules: 730,
    functionRequests: 730,
    secretCalls: 730,
    tableReads: 1460,
    tableWrites: 2190,
    alarms: 2,
    dashboards: 1,
    largeDashboards: 1,
    keys: 1,
    scanned: 0.001,
  });
  expect(usage.functionSeconds).toBeCloseTo(876.0876, 6);
  // The metrics of events and token, each day.
  expect(usage.metricReads).toBeCloseTo(2 * (730 / 24), 6);
  // One in a hundred of 1898 PUTs and of the reads of 730 runs.
  expect(usage.keyRequests).toBeCloseTo((1898 + 730 * 0.65) / 100, 6);
  expect(usage.objectWrites).toBeCloseTo(22_010.5, 6);
  expect(usage.metricCalls).toBeCloseTo(730, 6);
  expect(usage.logsIngested).toBeCloseTo(0.001_46, 8);
});

/** A source that runs every hour, and nothing else. */
const HOURLY_SOURCE = {
  secrets: 1,
  dashboardMetrics: [],
  keys: 0,
  alarms: new Map<string, { alarms: number; metrics: number }>(),
  scheduleMinutes: [60],
  recheckedSources: 0,
  functionMemoryMib: 1024,
};

test('detection of that source: the numbers that it adds to a month, by hand', () => {
  const without = monthlyUsage({ ...HOURLY_SOURCE, queueReaders: 0 }, 48);
  const usage = monthlyUsage({ ...HOURLY_SOURCE, queueReaders: 1 }, 48);
  const added = (use: PricedUse): number => usage[use] - without[use];
  // 730 runs, each with events: 985.5 objects, 1460 events, 1898 PUTs; 8760 sweeps.
  expect(added('bucketEvents')).toBeCloseTo(1898, 6);
  expect(added('queueRequests')).toBeCloseTo(730 * 900 + 1971 + 2 * 8760, 6);
  expect(added('functionRequests')).toBeCloseTo(985.5 + 8760, 6);
  expect(added('functionSeconds')).toBeCloseTo(985.5 * 0.3 + 1460 * 0.0006 + 8760 * 0.1, 6);
  expect(added('tableReads')).toBeCloseTo(2628 + 985.5 + 2 * 8760, 6);
  expect(added('tableWrites')).toBeCloseTo(2190, 6);
  expect(added('objectReads')).toBeCloseTo(985.5, 6);
  expect(added('logsIngested')).toBeCloseTo(0.000_985_5, 8);
  expect(added('metrics')).toBeCloseTo(2 / 24, 6);
});

test('the verification of that archive: the numbers that it adds to a month, by hand', () => {
  const alarms = new Map([['archive-damaged', { alarms: 1, metrics: 1 }]]);
  const without = monthlyUsage({ ...HOURLY_SOURCE, queueReaders: 0 }, 48);
  const usage = monthlyUsage({ ...HOURLY_SOURCE, queueReaders: 0, alarms }, 48);
  const added = (use: PricedUse): number => usage[use] - without[use];
  // 30 days and 10 hours. 912.5 lines and 985.5 objects; 109.5 of a year's lines each week, each with 5.3 reads.
  const reads = 1898 + (52 / 12) * 109.5 * 5.3;
  expect(added('alarms')).toBe(1);
  expect(added('objectReads')).toBeCloseTo(reads, 6);
  expect(added('functionSeconds')).toBeCloseTo((reads * 0.01 + 730 / 24) / 2, 6);
  expect(added('functionRequests')).toBeCloseTo(730 / 24, 6);
  expect(added('tableReads')).toBeCloseTo(4 * (730 / 24), 6);
  expect(added('tableWrites')).toBeCloseTo(2 * (730 / 24) + 912.5 / 64, 6);
  expect(added('metrics')).toBeCloseTo(1 / 24, 6);
});

test('the daily recheck of that source: the numbers that it adds to a month, by hand', () => {
  const without = monthlyUsage({ ...HOURLY_SOURCE, queueReaders: 1, recheckedSources: 0 }, 48);
  const usage = monthlyUsage({ ...HOURLY_SOURCE, queueReaders: 1, recheckedSources: 1 }, 48);
  const added = (use: PricedUse): number => usage[use] - without[use];
  // 30 days and 10 hours, each with 110.25 pages; 985.5 objects, each read 2.2 times.
  expect(added('functionSeconds')).toBeCloseTo(3353.4375 * 5, 6);
  expect(added('tableWrites')).toBeCloseTo(3353.4375 * 1.2, 6);
  expect(added('objectWrites')).toBeCloseTo(3353.4375 * 0.5, 6);
  expect(added('objectReads')).toBeCloseTo(2168.1, 6);
  expect(added('bucketEvents')).toBe(0);
  expect(added('logsIngested')).toBeCloseTo(0.001_341_375, 8);
  expect(added('objectStorage')).toBeCloseTo(0.032_296, 5);
  expect(added('metrics')).toBe(0);
});

test('a source without the daily recheck is not billed for one', () => {
  const sources = [{ id: 'tenant-1' }, { id: 'tenant-2', dailyRecheck: false }];
  expect(billedResources(deploymentResources(AUDIT_FEED, 2, { sources })).recheckedSources).toBe(1);
});

test('a resource without a known price is refused, not forgotten', () => {
  expect(() => billedResources([{ Type: 'AWS::EC2::NatGateway' }])).toThrow(
    'resource type AWS::EC2::NatGateway has no price; expected one of AWS::CloudWatch::Alarm,',
  );
});

/** Numbers of the first row of a Markdown table that begins with the label. */
function rowOf(markdown: string, label: string): string[] {
  const row = markdown.split('\n').find((line) => line.replaceAll('*', '').startsWith(`| ${label} `));
  return row?.match(/\d[\d,.]*/g) ?? [];
}

describe('the table of 1, 10 and 100 sources', () => {
  let table: string;

  beforeAll(() => {
    table = costTable(TABLE_SOURCES.map((sources) => monthlyCost(AUDIT_FEED, sources, 1000)));
  });

  test.each([
    'Total, list price',
    'Total after the free allowances',
    'List price with `dashboard` set to false',
    'After the free allowances with `dashboard` set to false',
    'List price with `detection.enabled` set to false',
    'After the free allowances with `detection.enabled` set to false',
    'List price with both set to false',
    'After the free allowances with both set to false',
  ])('has the numbers that the page about deploying has for: %s', (label) => {
    expect(rowOf(table, label)).toHaveLength(3);
    expect(rowOf(DEPLOY, label)).toEqual(rowOf(table, label));
  });

  test('has a column for each and names its assumptions', () => {
    expect(table).toMatch(
      /^\| {2}\| 1 source \| 10 sources \| 100 sources \|\n\| --- \| --: \| --: \| --: \|\n/,
    );
    expect(table).toContain('| Secrets Manager secrets | 0.40 | 4.00 | 40.00 |');
    expect(table).toContain('1,000 events a day and source. List prices of us-east-1, 2026-11-22');
    expect(table).toContain('| SQS requests * | 0.28 |');
    expect(table).toContain('"*": a price from memory, for AWS\'s page could not be opened.');
  });
});

test('every price names its page of AWS and what it was checked against', () => {
  for (const { page, checkedWith } of Object.values(PRICES)) {
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/pricing\//);
    expect(checkedWith).not.toBe('');
  }
});
