import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { SOURCE_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarms';
import type { SourceSettings } from '../deployment-schema';
import { consoleUrl } from '../resource/console-url';
import { alarmStates, FULL_WIDTH, graph, latestLines, TILE_HEIGHT } from './dashboard-widgets';
import { RUNBOOK_PATH } from './runbook-alarm';
import { sourceLines, sourceMetric } from './source-metric';

/** Stands for the source that the reader picks. No source id has capitals. */
const PICKED_SOURCE = 'PickedSource';

/** A function and its log. */
interface LoggedFunction {
  readonly function: lambda.IFunction;
  readonly logGroup: logs.ILogGroup;
}

export interface DashboardProps {
  readonly feed: Feed;
  readonly sources: readonly SourceSettings[];
  readonly deploymentName: string;
  readonly collector: LoggedFunction;
  /** At most 100 of a kind. */
  readonly sourceAlarms: readonly { readonly kind: AlarmKind; readonly alarm: cloudwatch.IAlarm }[];
  readonly deploymentAlarms: readonly cloudwatch.IAlarm[];
  readonly archiveBucket: s3.IBucket;
  readonly workgroupName: string;
  /** Address of the runbook. @default - the file is named */
  readonly runbookUrl?: string;
  /** @default - the deployment has none */
  readonly detection?: { readonly detector: LoggedFunction; readonly queue: sqs.IQueue };
}

/**
 * The state of many sources, from the top: links, numbers of the source that is picked, the health of all sources, events
 * and their lag with a line for each source, more of the picked one, runs and detection, and what the logs say last.
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
      variables: this.sourcePicker(),
      widgets: [
        [this.links()],
        this.numbers(),
        this.health(),
        [this.sharedAlarms()],
        [this.events(), this.lag()],
        [this.pickedEvents(), this.runDuration(), this.runErrors()],
        ...this.detectionGraphs(),
        this.logLines(),
      ].filter((row) => row.length > 0),
    });
  }

  private sourcePicker(): cloudwatch.IVariable[] {
    const [first, ...others] = this.props.sources.map(({ id, label }) => ({ value: id, label }));
    if (first === undefined) return [];
    return [
      new cloudwatch.DashboardVariable({
        id: 'source',
        label: 'Source',
        type: cloudwatch.VariableType.PATTERN,
        value: PICKED_SOURCE,
        inputType: cloudwatch.VariableInputType.SELECT,
        values: cloudwatch.Values.fromValues(first, ...others),
        defaultValue: cloudwatch.DefaultValue.value(first.value),
      }),
    ];
  }

  private links(): cloudwatch.IWidget {
    const { feed, archiveBucket, workgroupName, collector, detection, runbookUrl } = this.props;
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
        runbookUrl === undefined ? `Runbook: \`${RUNBOOK_PATH}\`` : `[Runbook](${runbookUrl})`,
        `[Archive](${folder(prefixes.archive)})`,
        `[Quarantine](${folder(prefixes.quarantine)}), [pages](${folder(prefixes.quarantinedPages)})`,
        ...(detection === undefined ? [] : [`[Alerts](${folder(prefixes.alerts)})`]),
        `[Saved queries](${console}/athena/home?region=${region}#/query-editor/saved-queries) in workgroup \`${workgroupName}\``,
        log('Collector', collector.function),
        ...(detection === undefined ? [] : [log('Detector', detection.detector.function)]),
        `[Alarms](${console}/cloudwatch/home?region=${region}#alarmsV2:)`,
      ].join(' · '),
      '**Is a `no-data` alarm gray?** No run of that source has succeeded with credentials yet: put its domain and token into its secret; ' +
        `the link is in the outputs \`SecretConsole\` of the [stack](${console}/cloudformation/home?region=${region}).`,
    ].join('\n\n');
    return new cloudwatch.TextWidget({ markdown, width: FULL_WIDTH, height: 4 });
  }

  /** Of the picked source. A period of a day begins at midnight, UTC; lag and token are sent twice a day. */
  private numbers(): cloudwatch.IWidget[] {
    const today = { statistic: 'Sum', period: Duration.days(1) } as const;
    const sent = Duration.hours(12);
    const tiles = [
      ['Events today, UTC', this.picked('EventsArchived', 'events', today)],
      ['Behind the present', this.picked('LagSeconds', 'seconds', { statistic: 'Maximum', period: sent })],
      ["Token's life", this.picked('TokenDaysLeft', 'days', { statistic: 'Minimum', period: sent })],
      ...(this.props.detection === undefined
        ? []
        : [['Alerts today, UTC', this.picked('AlertsRaised', 'alerts', today)] as const]),
    ] as const;
    return tiles.map(
      ([title, metric]) =>
        new cloudwatch.SingleValueWidget({
          title: `${title}: ${PICKED_SOURCE}`,
          metrics: [metric],
          width: FULL_WIDTH / tiles.length,
          height: TILE_HEIGHT,
        }),
    );
  }

  /** A matrix: a column for each kind of alarm, in which CloudWatch sorts them by name, so that a source has a row. */
  private health(): cloudwatch.IWidget[] {
    const columns = SOURCE_ALARM_KINDS.map((kind) => ({
      kind,
      alarms: this.props.sourceAlarms.flatMap((found) => (found.kind === kind ? [found.alarm] : [])),
    })).filter(({ alarms }) => alarms.length > 0);
    return columns.map(({ kind, alarms }) =>
      alarmStates(kind, Math.floor(FULL_WIDTH / columns.length), alarms),
    );
  }

  private sharedAlarms(): cloudwatch.IWidget {
    return alarmStates('Alarms of what all sources share', FULL_WIDTH, this.props.deploymentAlarms);
  }

  private events(): cloudwatch.IWidget {
    return graph('Events archived per hour', FULL_WIDTH / 2, {
      left: this.lines('EventsArchived', { statistic: 'Sum', period: Duration.hours(1) }),
      leftYAxis: { min: 0, label: 'events', showUnits: false },
    });
  }

  private lag(): cloudwatch.IWidget {
    return graph(
      'How far the archive is behind the present: twice a day, and while it is late',
      FULL_WIDTH / 2,
      {
        left: this.lines('LagSeconds', { statistic: 'Maximum', period: Duration.minutes(5) }),
        leftYAxis: { min: 0, label: 'seconds', showUnits: false },
      },
    );
  }

  private pickedEvents(): cloudwatch.IWidget {
    const perHour = { statistic: 'Sum', period: Duration.hours(1) } as const;
    return graph(`Events of each hour: ${PICKED_SOURCE}`, FULL_WIDTH / 2, {
      stacked: true,
      left: [
        this.picked('EventsArchived', 'archived', perHour),
        this.picked('EventsQuarantined', 'quarantined', perHour),
        this.picked('EventsRecovered', 'recovered', perHour),
        this.picked('EventsDrifted', 'archived with drift', perHour),
      ],
      leftYAxis: { min: 0, label: 'events', showUnits: false },
    });
  }

  private runDuration(): cloudwatch.IWidget {
    const duration = (statistic: string, label: string): cloudwatch.Metric =>
      this.props.collector.function.metricDuration({ statistic, label, period: Duration.minutes(15) });
    return graph('Run duration', FULL_WIDTH / 4, {
      left: [duration('Maximum', 'longest'), duration('p50', 'half are below')],
      leftYAxis: { min: 0, label: 'milliseconds', showUnits: false },
    });
  }

  private runErrors(): cloudwatch.IWidget {
    const collector = this.props.collector.function;
    const options = { statistic: 'Sum', period: Duration.minutes(15) };
    return graph('Runs that failed, runs refused', FULL_WIDTH / 4, {
      left: [
        collector.metricErrors({ ...options, label: 'failed' }),
        collector.metricThrottles({ ...options, label: 'throttled' }),
      ],
      right: [collector.metricInvocations({ ...options, label: 'all runs' })],
      leftYAxis: { min: 0, showUnits: false },
      rightYAxis: { min: 0, showUnits: false },
    });
  }

  /** A row: alerts raised, events that rules do not count, and how late detection is. */
  private detectionGraphs(): cloudwatch.IWidget[][] {
    const { detection } = this.props;
    if (detection === undefined) return [];
    const perHour = { statistic: 'Sum', period: Duration.hours(1) } as const;
    const width = FULL_WIDTH / 3;
    return [
      [
        graph('Alerts raised per hour', width, {
          left: this.lines('AlertsRaised', perHour),
          leftYAxis: { min: 0, label: 'alerts', showUnits: false },
        }),
        graph(`Events that rules do not count, per hour: ${PICKED_SOURCE}`, width, {
          left: [
            this.picked('EventsExcluded', 'excluded', perHour),
            this.picked('EventsWithoutGroup', 'without group', perHour),
          ],
          leftYAxis: { min: 0, label: 'events', showUnits: false },
        }),
        graph('Longest wait for detection', width, {
          left: [
            detection.queue.metricApproximateAgeOfOldestMessage({
              statistic: 'Maximum',
              label: 'oldest object',
              period: Duration.minutes(5),
            }),
          ],
          leftYAxis: { min: 0, label: 'seconds', showUnits: false },
        }),
      ],
    ];
  }

  private logLines(): cloudwatch.IWidget[] {
    const { collector, detection } = this.props;
    const alerts = detection && {
      title: 'Latest alerts',
      logGroups: [detection.detector.logGroup],
      query: ['fields @timestamp, severity, update, alertId', "filter message = 'alert'"],
    };
    const errors = {
      title: 'Latest errors and warnings',
      logGroups: [collector.logGroup, ...(detection === undefined ? [] : [detection.detector.logGroup])],
      query: [
        'fields @timestamp, level, sourceId, message, coalesce(error.message, reason) as why',
        "filter level in ['ERROR', 'WARN']",
      ],
    };
    const shown = alerts === undefined ? [errors] : [alerts, errors];
    return shown.map((lines) => latestLines({ ...lines, width: FULL_WIDTH / shown.length }));
  }

  /** A line for each source. */
  private lines(name: Parameters<typeof sourceMetric>[0], drawn: Drawn): cloudwatch.IMetric[] {
    const { sources, deploymentName } = this.props;
    return sourceLines(name, sources, { deploymentName, ...drawn });
  }

  private picked(name: Parameters<typeof sourceMetric>[0], label: string, drawn: Drawn): cloudwatch.IMetric {
    const { deploymentName } = this.props;
    return sourceMetric(name, { sourceId: PICKED_SOURCE, deploymentName, ...drawn }).with({ label });
  }
}

type Drawn = Pick<Parameters<typeof sourceMetric>[1], 'statistic' | 'period'>;
