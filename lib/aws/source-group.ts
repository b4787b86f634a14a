import { CfnOutput, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Archive } from './archive';
import { AuditSource } from './audit-source';
import type { CollectionSchedules } from './collection-schedules';
import type { Collector } from './collector';
import { Dashboard } from './dashboard';
import type { Notifications } from './notifications';
import type { Search } from './search';
import type { SourceConfig } from './source-config';

/** What all sources of a deployment use. */
export interface SharedPart {
  readonly archive: Archive;
  readonly collector: Collector;
  readonly schedules: CollectionSchedules;
  readonly notifications: Notifications;
  readonly search: Search;
  /** What precedes the source id in the name of every source's secret. */
  readonly secretNamePrefix: string;
}

export interface SourceGroupProps {
  readonly sources: readonly SourceConfig[];
  readonly shared: SharedPart;
  /** Alarms of the collector itself, for the dashboard. @default - none */
  readonly collectorAlarms?: readonly cloudwatch.IAlarm[];
}

/** The sources of one stack and their dashboard: one for hundreds of sources could not be read. */
export class SourceGroup extends Construct {
  constructor(scope: Construct, id: string, { sources, shared, collectorAlarms = [] }: SourceGroupProps) {
    super(scope, id);
    const auditSources = sources.map((source) => new AuditSource(this, source.id, { source, ...shared }));
    const { dashboard } = new Dashboard(this, 'Dashboard', {
      sources,
      collector: shared.collector.function,
      alarms: [...auditSources.flatMap(({ alarms }) => alarms.alarms), ...collectorAlarms],
      archiveBucket: shared.archive.bucket,
      workgroupName: shared.search.workgroupName,
    });
    const stack = Stack.of(this);
    new CfnOutput(stack, 'Dashboard', {
      value: `https://${stack.region}.console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${dashboard.dashboardName}`,
    });
  }
}
