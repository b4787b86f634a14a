import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { Metric } from '../../../lambdas/contract/telemetry/metrics';
import { Archive } from '../archive';
import { CollectionSchedules } from '../collect/collection-schedules';
import { CheckpointTable, Collector } from '../collect/collector';
import { tuningOf } from '../deployment-schema';
import { Detection, expiredExclusions } from '../detect/detection';
import FEATURE_FLAGS from '../feature-flags.json';
import { setDeploymentName } from '../resource/deployment-name';
import { addStackOutput } from '../resource/stack-output';
import { Search } from '../search/search';
import { DailyMessage } from '../watch/daily-message';
import { Fleet } from '../watch/fleet';
import { AlarmRules, Notifications } from '../watch/notifications';
import { sourceMetric } from '../watch/source-metric';
import { Verifier } from '../watch/verifier';
import { applyToAllFunctions } from './all-resources';
import { addDashboards } from './dashboards';
import { addDeploymentAlarms } from './deployment-alarms';
import { addOutputs } from './pipeline-outputs';
import type { PipelineParts } from './pipeline-parts';
import { packagedParts } from './pipeline-parts';
import type { NetskopeAuditPipelineProps, PipelineSettings } from './pipeline-props';
import { readPipelineProps } from './pipeline-props';
import type { SharedPart } from './source-group';
import { SourceGroup } from './source-group';

/** Stands in the saved queries of a fleet, until an analyst puts the sources there. */
const SOME_SOURCE = 'source-id';

/** How the points of a source's metric are put together. */
export interface SourceMetricProps {
  /** @default - Sum of a count, Maximum of anything else */
  readonly statistic?: 'Sum' | 'Minimum' | 'Maximum';
  /** @default Duration.minutes(5) */
  readonly period?: Duration;
}

/**
 * Collects every admin audit event of Netskope tenants into an archive on S3, raises alerts about them, and notifies
 * when it cannot. A source is collected as soon as domain and token are in its secret, which
 * `npx --no -- netskope-audit setup --stack <name of the stack>` does.
 *
 * A stack has room for one, because the command line finds it by the outputs of the stack.
 * @example
 * new NetskopeAuditPipeline(this, 'Audit', { sources: [{ id: 'corp' }], alarmEmails: ['soc@example.com'] });
 */
export class NetskopeAuditPipeline extends Construct {
  /** What the names of its secrets, alarms, workgroup and Glue database begin with. */
  readonly deploymentName: string;
  /** The bucket with the events, and its key; `archive.grantRead` lets others read them. */
  readonly archive: Archive;
  /** Collects one source an invocation. */
  readonly collector: lambda.IFunction;
  /** Evaluates what the collector has stored. @default - detection is disabled */
  readonly detector?: lambda.IFunction;
  /** Is notified of alarms, except those of a source with addresses of its own. */
  readonly alarmTopic: sns.ITopic;
  /** Is notified of alerts. @default - detection is disabled */
  readonly alertTopic?: sns.ITopic;
  /** Is notified of alerts in the form of a chat. @default - `chatNotifications` of detection is false */
  readonly chatTopic?: sns.ITopic;
  /** All alarms, of the sources first. The id of each is its kind, as the runbook has it. */
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Athena workgroup with the saved queries. */
  readonly workgroupName: string;
  /** Glue database with the tables. */
  readonly databaseName: string;
  /** @internal For the stacks of further sources. */
  readonly shared: SharedPart;
  private readonly settings: PipelineSettings;
  private readonly group: SourceGroup;
  private readonly deploymentAlarms: readonly cloudwatch.Alarm[];

  /** @throws DeploymentSettingsError with every problem of the props at once */
  constructor(scope: Construct, id: string, props?: NetskopeAuditPipelineProps);
  /** @internal The app of this repository, and its tests, give the parts. */
  constructor(scope: Construct, id: string, props: NetskopeAuditPipelineProps, parts: PipelineParts);
  constructor(
    scope: Construct,
    id: string,
    props: NetskopeAuditPipelineProps = {},
    parts: PipelineParts = packagedParts(),
  ) {
    super(scope, id);
    this.assertOnlyOne();
    const { feed, furtherSources = [] } = parts;
    this.settings = readPipelineProps(props, this.node.path, furtherSources.length > 0);
    const { deploymentName, sources, allowedDomains, adopt, fleet: isFleet } = this.settings;
    this.deploymentName = deploymentName;
    setDeploymentName(this, deploymentName);
    this.setFeatureFlags();
    const secretNamePrefix = `${deploymentName}/`;
    const collected = [...sources, ...furtherSources].filter(({ retired }) => !retired);
    this.archive = new Archive(this, 'Archive', {
      feed,
      settings: this.settings.archive,
      adopted: adopt.archiveBucket,
    });
    const checkpoints = new CheckpointTable(this, 'Checkpoints', adopt.checkpointTable);
    const collector = new Collector(this, 'Collector', {
      feed,
      codeFolder: parts.codeFolder,
      archive: this.archive,
      checkpointTable: checkpoints,
      secretNamePrefix,
      adoptedSecrets: collected.flatMap(({ secret }) => secret ?? []),
      allowedDomains,
    });
    const schedules = new CollectionSchedules(this, 'Schedules', { function: collector.function });
    const messages = new AlarmRules(this, 'Recoveries', schedules.undelivered);
    const notifications = this.notifications(messages);
    const search = this.search(parts);
    const detection = this.detection(parts, search);
    const { archive } = this;
    this.shared = {
      feed,
      deploymentName,
      archive,
      collector,
      schedules,
      notifications,
      search,
      detection,
      secretNamePrefix,
    };
    this.deploymentAlarms = addDeploymentAlarms(this, {
      ...this.shared,
      messages,
      collected,
      isFleet,
      isVerified: this.settings.archive.selfVerification,
    });
    this.group = new SourceGroup(this, 'Sources', {
      sources: sources.filter(({ retired }) => !retired),
      shared: this.shared,
      messages,
    });
    if (this.settings.dailyMessage) {
      new DailyMessage(this, 'DailyMessage', {
        codeFolder: parts.buildDailyMessage(),
        sourceIds: isFleet ? 'fleet' : collected.map((source) => source.id),
        feed,
        archive,
        checkpointTable: checkpoints,
        schedules,
        notifications,
        isVerified: this.settings.archive.selfVerification,
      });
    }
    if (this.settings.archive.selfVerification) {
      const verifier = new Verifier(this, 'Verifier', {
        codeFolder: parts.buildVerifier(),
        sourceIds: isFleet ? 'fleet' : collected.map((source) => source.id),
        feed,
        archive,
        checkpointTable: checkpoints,
        detectionTable: detection?.groups,
        schedules,
        expireAfterDays: this.settings.archive.expireAfterDays,
      });
      addStackOutput(this, 'VerifierFunction', {
        value: verifier.function.functionName,
        description: 'Verifies the archive once a day',
      });
    }
    if (isFleet) {
      const codeFolder = parts.buildFleet();
      const fleet = new Fleet(this, 'Fleet', { ...this.shared, codeFolder, checkpointTable: checkpoints });
      addStackOutput(this, 'FleetFunction', {
        value: fleet.function.functionName,
        description: 'Starts the runs of the sources in the table, and watches them',
      });
    }
    this.collector = collector.function;
    this.detector = detection?.detector.function;
    this.alarmTopic = notifications.topic;
    this.alertTopic = detection?.alerts.topic;
    this.chatTopic = detection?.chat?.topic;
    this.alarms = [...this.group.alarms, ...this.deploymentAlarms];
    this.workgroupName = search.workgroupName;
    this.databaseName = search.databaseName;
    addOutputs(this, { ...this.shared, allowedDomains, table: checkpoints.table });
    if (furtherSources.length === 0 && !isFleet) this.addDashboards();
    applyToAllFunctions(this, this.settings);
  }

  /** If the settings enable them. @internal For the stacks of further sources. */
  addDashboards(further: readonly SourceGroup[] = []): void {
    const { group: own, deploymentAlarms, shared } = this;
    if (this.settings.dashboard) addDashboards(this, further, { ...shared, own, deploymentAlarms });
  }

  /** A metric of one source, as the functions send it. docs/alarms.md says what each one means. */
  metric(name: keyof typeof Metric, sourceId: string, props: SourceMetricProps = {}): cloudwatch.Metric {
    const { statistic = Metric[name].unit === 'Count' ? 'Sum' : 'Maximum', period = Duration.minutes(5) } =
      props;
    return sourceMetric(name, { sourceId, deploymentName: this.deploymentName, statistic, period });
  }

  /** @throws Error if the stack has another pipeline */
  private assertOnlyOne(): void {
    const stack = Stack.of(this);
    const other = stack.node
      .findAll()
      .find((found) => found instanceof NetskopeAuditPipeline && found !== this && Stack.of(found) === stack);
    if (other !== undefined)
      throw new Error(
        `${this.node.path} is a second NetskopeAuditPipeline in its stack, beside ${other.node.path}; expected one a stack. ` +
          'Give the other one a stack, and a deploymentName if both are in one account and region.',
      );
  }

  /** The flags of services, whatever the app around has: an update of the CDK must not change what is deployed. */
  private setFeatureFlags(): void {
    for (const [flag, value] of Object.entries(FEATURE_FLAGS))
      if (!flag.startsWith('@aws-cdk/core:')) this.node.setContext(flag, value);
  }

  private notifications(messages: AlarmRules): Notifications {
    const { alarmEmails: emails, runbookUrl, adopt } = this.settings;
    if (emails.length === 0 && adopt.alarmTopicArn === undefined)
      Annotations.of(this).addWarningV2(
        'netskope-audit:alarms-reach-nobody',
        'alarmEmails is empty: until something is subscribed to the topic in output AlarmTopic, alarms reach nobody.',
      );
    return new Notifications(this, 'Notifications', {
      emails,
      messages,
      runbookUrl,
      adopted: adopt.alarmTopicArn,
    });
  }

  private search({ feed, furtherSources = [] }: PipelineParts): Search {
    const { bucket, key, accessLogsBucket } = this.archive;
    // Retired ones have events in the archive, too.
    const known = [...this.settings.sources, ...furtherSources].map((source) => source.id);
    return new Search(this, 'Search', {
      feed,
      bucket,
      key,
      accessLogsBucket,
      sourceIds: this.settings.fleet ? [SOME_SOURCE] : known,
      hasAlerts: this.settings.detection.enabled,
      adoptedDatabase: this.settings.adopt.glueDatabase,
    });
  }

  private detection(
    { feed, buildDetector, nowMs = Date.now() }: PipelineParts,
    search: Search,
  ): Detection | undefined {
    const { detection, alarmEmails } = this.settings;
    if (!detection.enabled) return undefined;
    const { alertEmails = alarmEmails, chatNotifications } = detection;
    const tuning = tuningOf(detection);
    return new Detection(this, 'Detection', {
      feed,
      archive: this.archive,
      search,
      alertEmails,
      chatNotifications,
      codeFolder: buildDetector(tuning, detection.rulesFolder),
      expiredExclusions: expiredExclusions(tuning, dayOf(nowMs)),
    });
  }
}
