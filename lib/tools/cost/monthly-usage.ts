import { Metric } from '../../../lambdas/contract/telemetry/metrics';
import type { BilledResources } from './billed-resources';
import { detectionUsage } from './detection-usage';
import { fleetUsage } from './fleet-usage';
import type { PricedUse } from './prices';
import { recheckUsage } from './recheck-usage';
import * as profile from './run-profile';
import { verificationUsage } from './verification-usage';

const HOURS_PER_MONTH = 730;
const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
const MONTHS_PER_YEAR = 12;
const BYTES_PER_GB = 1e9;
const BYTES_PER_TB = 1e12;
const MIB_PER_GIB = 1024;

/** Retention of the functions' logs, in months. */
const LOG_MONTHS = 3;

/** Limit for a dashboard that can be one of an account's three free ones (Amazon CloudWatch pricing, "Free tier"). */
const MAX_FREE_METRICS = 50;

/** A guess of what analysts do: a handful of saved queries per working day. */
const QUERIES_PER_MONTH = 100;
/** Of each source, once a day: events archived and the token's last day. Its function runs too seldom to count. */
const METRICS_IN_DAILY_MESSAGE = 2;

/** With a bucket key, S3 asks KMS up to 99 percent less often (Amazon S3 User Guide, "S3 Bucket Keys"). */
const KEY_REQUESTS_PER_REQUEST = 0.01;

/** A saved query covers today and the seven days before, for at most twenty sources. */
const QUERIED_DAYS = 8;
const MAX_QUERIED_SOURCES = 20;
/** Athena bills at least 10 MB for each query (https://aws.amazon.com/athena/pricing/). */
const MIN_SCANNED_BYTES = 10e6;

/** Custom metrics are billed for each hour with a data point (Amazon CloudWatch pricing, "Metrics"). */
const HOURS_SENT: Readonly<Record<keyof typeof Metric, number>> = {
  EventsArchived: HOURS_PER_MONTH,
  LagSeconds: 2 * DAYS_PER_MONTH,
  TokenDaysLeft: 2 * DAYS_PER_MONTH,
  // Trouble, drift or an alert in one hour of each day: more than a healthy tenant has.
  CredentialsRefused: DAYS_PER_MONTH,
  EventsQuarantined: DAYS_PER_MONTH,
  EventsDrifted: DAYS_PER_MONTH,
  AlertsRaised: DAYS_PER_MONTH,
  EventsExcluded: DAYS_PER_MONTH,
  // A tenant that hides its users has them every day.
  EventsWithoutGroup: 0,
  // Netskope adds a field to delivered events a few times a year, and changes none.
  EventEditions: 0,
  EventsConflicting: 0,
  // A healthy feed loses nothing.
  EventsRecovered: 0,
  ArchiveDamaged: 0,
};

/** Units of every priced use, in a month. */
type MonthlyUsage = Readonly<Record<PricedUse, number>>;

/** @param eventsPerDay of each source */
export function monthlyUsage(resources: BilledResources, eventsPerDay: number): MonthlyUsage {
  const runs = sum(resources.scheduleMinutes.map(runsPerMonth));
  // Assumes that every event comes alone, until each run has one.
  const runsWithEvents = sum(
    resources.scheduleMinutes.map((minutes) =>
      Math.min(runsPerMonth(minutes), eventsPerDay * DAYS_PER_MONTH),
    ),
  );
  const events = resources.scheduleMinutes.length * eventsPerDay * DAYS_PER_MONTH;
  const activity = { runs, runsWithEvents, events };
  const puts = putsOf(activity);
  const recheck = recheckUsage(resources, { days: DAYS_PER_MONTH, objects: puts.objects });
  const detection = detectionUsage(resources, {
    hours: HOURS_PER_MONTH,
    ...puts,
    events,
  });
  const fleet = fleetUsage(resources, { hours: HOURS_PER_MONTH, runs });
  const verification = verificationUsage(resources, {
    hours: HOURS_PER_MONTH,
    lines: puts.puts - puts.objects,
    objects: puts.objects,
  });
  const collection: Readonly<Record<Exclude<PricedUse, 'logsStored'>, number>> = {
    ...NO_DETECTION,
    ...standing(resources),
    ...runningCosts(resources, activity),
    ...archiveCosts(resources, activity, puts),
  };
  const uses = Object.keys(collection) as (keyof typeof collection)[];
  const used = Object.fromEntries(
    uses.map((use) => [
      use,
      [recheck, detection, fleet, verification].reduce(
        (total, more) => total + (more[use] ?? 0),
        collection[use],
      ),
    ]),
  ) as typeof collection;
  return { ...used, logsStored: used.logsIngested * LOG_MONTHS };
}

/** Uses that only detection has, or a fleet. */
const NO_DETECTION = { bucketEvents: 0, busEvents: 0, queueRequests: 0 };

/** Metrics that the detector sends. */
const OF_DETECTION: readonly (keyof typeof Metric)[] = [
  'AlertsRaised',
  'EventsExcluded',
  'EventsWithoutGroup',
];

/** Custom metrics of one source, and the billed share of each: 1 if it is sent all month. In a fleet, the detector's. */
export function metricShares({
  queueReaders,
  isFleet = false,
}: BilledResources): ReadonlyMap<keyof typeof Metric, number> {
  const sent = Object.values(Metric).filter(({ name }) =>
    OF_DETECTION.includes(name) ? queueReaders > 0 : !isFleet,
  );
  return new Map(sent.map(({ name }) => [name, HOURS_SENT[name] / HOURS_PER_MONTH]));
}

/** Fixed costs, independent of activity. */
function standing(resources: BilledResources) {
  const metricsPerSource = sum([...metricShares(resources).values()]);
  return {
    alarms: sum([...resources.alarms.values()].map(({ metrics }) => metrics)),
    metrics: resources.scheduleMinutes.length * metricsPerSource,
    dashboards: resources.dashboardMetrics.filter((metrics) => metrics <= MAX_FREE_METRICS).length,
    largeDashboards: resources.dashboardMetrics.filter((metrics) => metrics > MAX_FREE_METRICS).length,
    secrets: resources.secrets,
    keys: resources.keys,
  };
}

interface Activity {
  readonly runs: number;
  readonly runsWithEvents: number;
  readonly events: number;
}

function runningCosts(
  { functionMemoryMib, scheduleMinutes, isFleet = false }: BilledResources,
  { runs, runsWithEvents, events }: Activity,
) {
  const { CALLS_OF_A_RUN: always, CALLS_FOR_EVENTS: more } = profile;
  const furtherPages = runsWithEvents * profile.furtherPagesFor(events / runsWithEvents);
  const seconds =
    runs * profile.SECONDS_OF_A_RUN +
    furtherPages * profile.SECONDS_OF_A_FURTHER_PAGE +
    events * profile.SECONDS_PER_EVENT;
  const logGb = (runs * profile.LOG_BYTES_OF_A_RUN) / BYTES_PER_GB;
  return {
    schedules: isFleet ? 0 : runs,
    functionRequests: runs,
    functionSeconds: (seconds * functionMemoryMib) / MIB_PER_GIB,
    secretCalls: runs * always.GetSecretValue,
    tableReads: runs * profile.ITEMS_READ_BY_A_RUN,
    tableWrites: runs * always.PutItem + runsWithEvents * more.PutItem + furtherPages,
    metricCalls: isFleet ? 0 : runs * always.PutMetricData,
    metricReads: isFleet ? 0 : scheduleMinutes.length * DAYS_PER_MONTH * METRICS_IN_DAILY_MESSAGE,
    logsIngested: logGb,
  };
}

/** Everything put into the archive's bucket, and the objects with events among it. */
function putsOf({ runsWithEvents }: Activity): { readonly puts: number; readonly objects: number } {
  return {
    puts: runsWithEvents * profile.CALLS_FOR_EVENTS.PutObject,
    objects: runsWithEvents * profile.OBJECTS_FOR_EVENTS,
  };
}

/** Storage of a year; small objects stay in S3 Standard ("Lifecycle transitions", Amazon S3 User Guide). */
function archiveCosts(
  { scheduleMinutes, keys }: BilledResources,
  { runsWithEvents, events }: Activity,
  { puts, objects }: ReturnType<typeof putsOf>,
) {
  const { CALLS_FOR_EVENTS: more } = profile;
  const runsPerHour = Math.max(...scheduleMinutes.map((minutes) => 60 / minutes));
  const lineBytes = (puts - objects) * profile.BYTES_PER_MANIFEST_LINE;
  const bytes = objects * profile.BYTES_PER_OBJECT + events * profile.BYTES_PER_EVENT;
  const reads = runsWithEvents * runsPerHour * profile.OBJECTS_READ_PER_RUN_IN_THE_HOUR;
  const queriedShare = Math.min(1, MAX_QUERIED_SOURCES / scheduleMinutes.length);
  const queriedPart = (queriedShare * QUERIED_DAYS) / DAYS_PER_MONTH;
  const queriedSources = queriedShare * scheduleMinutes.length;
  const writes = puts + runsWithEvents * more.ListObjectsV2;
  const logBytes = (writes + reads) * profile.ACCESS_LOG_BYTES_PER_REQUEST;
  return {
    keyRequests: keys === 0 ? 0 : (puts + reads) * KEY_REQUESTS_PER_REQUEST,
    objectWrites: writes + QUERIES_PER_MONTH * queriedSources * QUERIED_DAYS * 24,
    objectReads: reads + QUERIES_PER_MONTH * objects * queriedPart,
    objectStorage: ((bytes + lineBytes + logBytes) * MONTHS_PER_YEAR) / BYTES_PER_GB,
    scanned: (QUERIES_PER_MONTH * Math.max(MIN_SCANNED_BYTES, bytes * queriedPart)) / BYTES_PER_TB,
  };
}

function runsPerMonth(scheduleMinutes: number): number {
  return (HOURS_PER_MONTH * 60) / scheduleMinutes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
