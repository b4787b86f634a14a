import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { SourceSettings } from '../deployment-schema';
import { consoleUrl } from '../pipeline/console-url';
import { RUNBOOK_PATH, runbookTexts } from './runbook-alarm';
import { sourceLines } from './source-metric';

/** A dashboard is this many columns wide (Amazon CloudWatch API reference, "Dashboard body structure and syntax"). */
const FULL_WIDTH = 24;
const HALF_WIDTH = FULL_WIDTH / 2;
const THIRD_WIDTH = FULL_WIDTH / 3;
const QUARTER_WIDTH = FULL_WIDTH / 4;
const GRAPH_HEIGHT = 7;

/** Alarms in one widget (Amazon CloudWatch API reference, "Dashboard body structure and syntax", alarm widget). */
const MAX_ALARMS_IN_WIDGET = 100;
const ALARMS_IN_A_ROW = 6;

/** Height of a runbook entry, which scrolls. */
const ENTRY_HEIGHT = 9;
const ENTRIES_IN_A_ROW = 3;

export interface DashboardProps {
  readonly feed: Feed;
  readonly sources: readonly SourceSettings[];
  /** What metrics call the deployment. @default - it has the default stack name */
  readonly deployment?: string;
  readonly collector: lambda.IFunction;
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly archiveBucket: s3.IBucket;
  readonly workgroupName: string;
  /** @default - the deployment has none */
  readonly detection?: ShownDetection;
}

/**
 * The state of many sources: links, alarms that fire, incoming events and their lag, runs of the collector,
 * alerts, and the runbook at the foot. Each source has a line of its own.
 */
export class Dashboard extends Construct {
  readonly dashboard: cloudwatch.Dashboard;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DashboardProps,
  ) {
    super(scope, id);
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(3),
      widgets: [
        [this.links()],
        ...this.alarmStates(),
        [this.events(), this.lag()],
        [this.anomalies(), this.runDuration(), this.runErrors()],
        ...this.detection(),
        ...runbookEntries(),
      ],
    });
  }

  private links(): cloudwatch.IWidget {
    const { feed, archiveBucket, workgroupName, collector, detection } = this.props;
    const prefixes = prefixesOf(feed);
    const { region } = Stack.of(this);
    const console = consoleUrl(this);
    const folder = (prefix: string): string =>
      `${console}/s3/buckets/${archiveBucket.bucketName}?region=${region}&prefix=${prefix}/`;
    const log = (name: string, { functionName }: lambda.IFunction): string =>
      `[${name} and its log](${console}/lambda/home?region=${region}#/functions/${functionName}?tab=monitoring)`;
    const markdown = [
      '# Netskope audit events',
      [
        `[Archive](${folder(prefixes.archive)})`,
        `[Quarantine](${folder(prefixes.quarantine)}), [pages](${folder(prefixes.quarantinedPages)})`,
        ...(detection === undefined ? [] : [`[Alerts](${folder(prefixes.alerts)})`]),
        `[Saved queries](${console}/athena/home?region=${region}#/query-editor/saved-queries) in workgroup \`${workgroupName}\``,
        log('Collector', collector),
        ...(detection === undefined ? [] : [log('Detector', detection.detector)]),
        `[Alarms](${console}/cloudwatch/home?region=${region}#alarmsV2:)`,
        `Runbook: foot of this page, and \`${RUNBOOK_PATH}\` in the repository`,
      ].join(' · '),
      '**Is a `no-data` alarm gray?** No run of that source has had credentials yet: put its domain and token into its secret; ' +
        `the link is in the outputs \`SecretConsole\` of the [stack](${console}/cloudformation/home?region=${region}).`,
    ].join('\n\n');
    return new cloudwatch.TextWidget({ markdown, width: FULL_WIDTH, height: 4 });
  }

  private detection(): cloudwatch.IWidget[][] {
    const { detection } = this.props;
    return detection === undefined ? [] : [detectionGraphs(this.props, detection)];
  }

  private alarmStates(): cloudwatch.IWidget[][] {
    return chunks(this.props.alarms, MAX_ALARMS_IN_WIDGET).map((alarms) => [
      new cloudwatch.AlarmStatusWidget({
        title: 'Alarms: those that fire first, then those without data yet',
        alarms: [...alarms],
        sortBy: cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        width: FULL_WIDTH,
        height: 1 + Math.ceil(alarms.length / ALARMS_IN_A_ROW),
      }),
    ]);
  }

  private events(): cloudwatch.IWidget {
    const { deployment } = this.props;
    const options = { deployment, statistic: 'Sum', period: Duration.hours(1) } as const;
    return graph('Events archived per hour', HALF_WIDTH, {
      left: sourceLines('EventsArchived', this.props.sources, options),
      leftYAxis: { min: 0, label: 'events', showUnits: false },
    });
  }

  private lag(): cloudwatch.IWidget {
    const { deployment } = this.props;
    const options = { deployment, statistic: 'Maximum', period: Duration.minutes(5) } as const;
    return graph('How far the archive is behind the present: twice a day, and while it is late', HALF_WIDTH, {
      left: sourceLines('LagSeconds', this.props.sources, options),
      leftYAxis: { min: 0, label: 'seconds', showUnits: false },
    });
  }

  private anomalies(): cloudwatch.IWidget {
    const { sources, deployment } = this.props;
    const options = { deployment, statistic: 'Sum', period: Duration.hours(1) } as const;
    const rechecked = sources.filter(({ dailyRecheck }) => dailyRecheck);
    return graph('Quarantined, recovered (left) and archived with drift (right) per hour', HALF_WIDTH, {
      left: [
        ...sourceLines('EventsQuarantined', sources, { ...options, prefix: 'quarantined ' }),
        ...sourceLines('EventsRecovered', rechecked, { ...options, prefix: 'recovered ' }),
      ],
      right: sourceLines('EventsDrifted', sources, { ...options, prefix: 'drift ' }),
      leftYAxis: { min: 0, label: 'quarantined, recovered', showUnits: false },
      rightYAxis: { min: 0, label: 'drifted', showUnits: false },
    });
  }

  private runDuration(): cloudwatch.IWidget {
    const duration = (statistic: string, label: string): cloudwatch.Metric =>
      this.props.collector.metricDuration({ statistic, label, period: Duration.minutes(15) });
    return graph('Run duration', QUARTER_WIDTH, {
      left: [duration('Maximum', 'longest'), duration('p50', 'half are below')],
      leftYAxis: { min: 0, label: 'milliseconds', showUnits: false },
    });
  }

  private runErrors(): cloudwatch.IWidget {
    const options = { statistic: 'Sum', period: Duration.minutes(15) };
    return graph('Runs that failed, runs refused', QUARTER_WIDTH, {
      left: [
        this.props.collector.metricErrors({ ...options, label: 'failed' }),
        this.props.collector.metricThrottles({ ...options, label: 'throttled' }),
      ],
      right: [this.props.collector.metricInvocations({ ...options, label: 'all runs' })],
      leftYAxis: { min: 0, showUnits: false },
      rightYAxis: { min: 0, showUnits: false },
    });
  }
}

/**
 * A graph of a dashboard.
 * @param width in columns, of FULL_WIDTH
 */
function graph(title: string, width: number, props: cloudwatch.GraphWidgetProps): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ ...props, title, width, height: GRAPH_HEIGHT });
}

/** The runbook, so that an operator who is called at night needs no repository. */
function runbookEntries(): cloudwatch.IWidget[][] {
  const widgets = [...runbookTexts()].map(
    ([heading, text]) =>
      new cloudwatch.TextWidget({
        markdown: `## ${heading}\n\n${text}`,
        width: FULL_WIDTH / ENTRIES_IN_A_ROW,
        height: ENTRY_HEIGHT,
      }),
  );
  return chunks(widgets, ENTRIES_IN_A_ROW);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** What a dashboard shows of detection. */
interface ShownDetection {
  readonly detector: lambda.IFunction;
  /** The objects that wait for it. */
  readonly queue: sqs.IQueue;
}

/** A row of a dashboard: alerts raised, events that rules do not count, and how late detection is. */
function detectionGraphs(
  { sources, deployment }: Pick<DashboardProps, 'sources' | 'deployment'>,
  { queue }: ShownDetection,
): cloudwatch.IWidget[] {
  const perHour = { deployment, statistic: 'Sum', period: Duration.hours(1) } as const;
  return [
    graph('Alerts raised per hour', THIRD_WIDTH, {
      left: sourceLines('AlertsRaised', sources, perHour),
      leftYAxis: { min: 0, label: 'alerts', showUnits: false },
    }),
    graph('Events excluded from rules, or without a group, per hour', THIRD_WIDTH, {
      left: [
        ...sourceLines('EventsExcluded', sources, { ...perHour, prefix: 'excluded ' }),
        ...sourceLines('EventsWithoutGroup', sources, { ...perHour, prefix: 'without group ' }),
      ],
      leftYAxis: { min: 0, label: 'events', showUnits: false },
    }),
    graph('Longest wait for detection', THIRD_WIDTH, {
      left: [
        queue.metricApproximateAgeOfOldestMessage({
          statistic: 'Maximum',
          label: 'oldest object',
          period: Duration.minutes(5),
        }),
      ],
      leftYAxis: { min: 0, label: 'seconds', showUnits: false },
    }),
  ];
}
