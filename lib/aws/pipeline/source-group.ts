import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretName } from '../../../lambdas/contract/deployment/source-secret';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { Archive } from '../archive';
import type { CollectionSchedules } from '../collect/collection-schedules';
import { sourceOf } from '../collect/collection-schedules';
import type { Collector } from '../collect/collector';
import type { SourceSettings } from '../deployment-schema';
import type { Detection } from '../detect/detection';
import type { Search } from '../search/search';
import type { DashboardProps } from '../watch/dashboard';
import { Dashboard } from '../watch/dashboard';
import type { AlarmMessages } from '../watch/notifications';
import { Notifications } from '../watch/notifications';
import { SourceAlarms } from '../watch/source-alarms';
import { consoleUrl } from './console-url';
import { addStackOutput } from './stack-output';

/** What all sources of a deployment use. */
export interface SharedPart {
  readonly feed: Feed;
  /** What metrics call the deployment. @default - it has the default stack name */
  readonly deployment?: string;
  readonly archive: Archive;
  readonly collector: Collector;
  readonly schedules: CollectionSchedules;
  readonly notifications: Notifications;
  readonly search: Search;
  /** @default - the deployment has none */
  readonly detection?: Detection;
  /** What precedes the source id in the name of every source's secret. */
  readonly secretNamePrefix: string;
  /** Whether each stack of sources has a dashboard. */
  readonly hasDashboard: boolean;
}

interface SourceGroupProps {
  readonly sources: readonly SourceSettings[];
  readonly shared: SharedPart;
  /** Of the same stack. */
  readonly messages: AlarmMessages;
  /** Alarms that the deployment has once, for the dashboard. @default - none */
  readonly deploymentAlarms?: readonly cloudwatch.IAlarm[];
}

/** The sources of one stack and, if enabled, their dashboard: one for hundreds of sources would be unreadable. */
export class SourceGroup extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SourceGroupProps,
  ) {
    super(scope, id);
    const { sources, shared, messages, deploymentAlarms = [] } = props;
    const auditSources = sources.map(
      (source) => new AuditSource(this, source.id, { source, messages, ...shared }),
    );
    if (shared.hasDashboard)
      this.addDashboard([...auditSources.flatMap(({ alarms }) => alarms.alarms), ...deploymentAlarms]);
    addStackOutput(this, 'Sources', {
      value: asciiJson(sources.map(sourceOf)),
      description: 'The sources of this stack, as JSON',
    });
  }

  private addDashboard(alarms: readonly cloudwatch.IAlarm[]): void {
    const { sources, shared } = this.props;
    const { dashboard } = new Dashboard(this, 'Dashboard', {
      feed: shared.feed,
      sources,
      deployment: shared.deployment,
      collector: shared.collector.function,
      alarms,
      archiveBucket: shared.archive.bucket,
      workgroupName: shared.search.workgroupName,
      detection: detectionShown(shared),
    });
    const { region } = Stack.of(this);
    addStackOutput(this, 'Dashboard', {
      value: `${consoleUrl(this)}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`,
      description: 'Shows how the sources of this stack are doing',
    });
  }
}

function detectionShown({ detection }: SharedPart): DashboardProps['detection'] {
  return detection && { detector: detection.detector.function, queue: detection.objects.queue };
}

/** CloudFormation returns other characters as `?` (aws-cloudformation/cloudformation-coverage-roadmap, issue 814). */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

interface AuditSourceProps {
  readonly source: SourceSettings;
  /** What metrics call the deployment. @default - it has the default stack name */
  readonly deployment?: string;
  readonly schedules: CollectionSchedules;
  /** Where the source's alarms go unless it has addresses of its own. */
  readonly notifications: Notifications;
  readonly messages: AlarmMessages;
  /** @default - the deployment has none */
  readonly detection?: Detection;
  /** What precedes the source id in the name of its secret. */
  readonly secretNamePrefix: string;
}

/** One Netskope tenant: the secret with its domain and token, the schedule that collects it, and its alarms. */
class AuditSource extends Construct {
  readonly alarms: SourceAlarms;

  constructor(scope: Construct, id: string, { source, ...props }: AuditSourceProps) {
    super(scope, id);
    this.emptySecret(source, secretName(props.secretNamePrefix, source.id));
    props.schedules.collect(this, source);
    const { messages } = props;
    const notifications =
      source.alarmEmails.length === 0
        ? props.notifications
        : new Notifications(this, 'Notifications', {
            emails: source.alarmEmails,
            sourceId: source.id,
            messages,
          });
    this.alarms = new SourceAlarms(this, 'Alarms', {
      source,
      deployment: props.deployment,
      hasDetection: props.detection !== undefined,
      notifications,
    });
  }

  /** Without a value: one in the template would be readable there, and a generated one would look like a token. */
  private emptySecret({ id, label }: SourceSettings, name: string): void {
    const secret = new CfnSecret(this, 'Secret', { name, description: `Domain and token of ${label}` });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Only an administrator of the tenant can make a new token; an alarm tells when it is time.',
    });
    const { region } = Stack.of(this);
    new CfnOutput(this, 'SecretConsole', {
      value: `${consoleUrl(this)}/secretsmanager/secret?name=${encodeURIComponent(name)}&region=${region}`,
      description: `Where to put domain and token of source ${id}`,
    });
  }
}
