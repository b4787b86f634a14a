import { Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Archive } from './archive';
import { AuditSource } from './audit-source';
import type { CollectionSchedules } from './collection-schedules';
import type { Collector } from './collector';
import { Dashboard } from './dashboard';
import type { DashboardProps } from './dashboard';
import type { Detection } from './detection';
import type { Notifications } from './notifications';
import type { RecoveryMessages } from './recovery-messages';
import type { Search } from './search';
import { deployedSource } from './source-config';
import type { SourceConfig } from './source-config';
import { addStackOutput } from './stack-output';

/** What all sources of a deployment use. */
export interface SharedPart {
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

export interface SourceGroupProps {
  readonly sources: readonly SourceConfig[];
  readonly shared: SharedPart;
  /** Of the same stack. */
  readonly recoveries: RecoveryMessages;
  /** Alarms that the deployment has once, for the dashboard. @default - none */
  readonly deploymentAlarms?: readonly cloudwatch.IAlarm[];
}

/** The sources of one stack and, where it is wanted, their dashboard: one for hundreds of sources could not be read. */
export class SourceGroup extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SourceGroupProps,
  ) {
    super(scope, id);
    const { sources, shared, recoveries, deploymentAlarms = [] } = props;
    const auditSources = sources.map(
      (source) => new AuditSource(this, source.id, { source, recoveries, ...shared }),
    );
    if (shared.hasDashboard)
      this.addDashboard([...auditSources.flatMap(({ alarms }) => alarms.alarms), ...deploymentAlarms]);
    addStackOutput(this, 'Sources', {
      value: asciiJson(sources.map(deployedSource)),
      description: 'The sources of this stack, as JSON',
    });
  }

  private addDashboard(alarms: readonly cloudwatch.IAlarm[]): void {
    const { sources, shared } = this.props;
    const { dashboard } = new Dashboard(this, 'Dashboard', {
      sources,
      collector: shared.collector.function,
      alarms,
      archiveBucket: shared.archive.bucket,
      workgroupName: shared.search.workgroupName,
      detection: detectionShown(shared),
    });
    const { region } = Stack.of(this);
    addStackOutput(this, 'Dashboard', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`,
      description: 'Shows how the sources of this stack are doing',
    });
  }
}

function detectionShown({ detection }: SharedPart): DashboardProps['detection'] {
  return detection && { detector: detection.detector.function, queue: detection.objects.queue };
}

/** CloudFormation gives every other character back as a question mark (aws-cloudformation/cloudformation-coverage-roadmap, issue 814). */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
