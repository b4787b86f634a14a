import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Detection } from '../detect/detection';
import { consoleUrl } from '../resource/console-url';
import { addStackOutput } from '../resource/stack-output';
import type { DashboardProps } from '../watch/dashboard';
import { Dashboard } from '../watch/dashboard';
import type { SharedPart, SourceGroup } from './source-group';

/**
 * A stack has up to 20 sources, and a widget of alarms takes 100 (Amazon CloudWatch API reference, "Dashboard body structure
 * and syntax"). Each source has three lines; a graph takes 500 metrics, a dashboard 2,500 ("CloudWatch service quotas").
 */
const GROUPS_ON_A_DASHBOARD = 5;

/** What all dashboards of a deployment show. */
interface Shown extends SharedPart {
  /** The sources of the pipeline's stack, in which the dashboards are. */
  readonly own: SourceGroup;
  readonly deploymentAlarms: readonly cloudwatch.IAlarm[];
}

/** Adds a dashboard for the sources of the pipeline's stack and of four others, and one more for each five further stacks. */
export function addDashboards(scope: Construct, further: readonly SourceGroup[], shown: Shown): void {
  const groups = [shown.own, ...further];
  for (let first = 0; first < groups.length; first += GROUPS_ON_A_DASHBOARD) {
    const id = `Dashboard${first === 0 ? '' : first / GROUPS_ON_A_DASHBOARD + 1}`;
    const { dashboard } = newDashboard(id, groups.slice(first, first + GROUPS_ON_A_DASHBOARD), shown);
    if (first > 0) continue;
    const { region } = Stack.of(scope);
    addStackOutput(scope, 'Dashboard', {
      value: `${consoleUrl(scope)}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`,
      description: 'Shows how the sources are doing',
    });
  }
}

function newDashboard(
  id: string,
  groups: readonly SourceGroup[],
  { own, deploymentAlarms, ...shared }: Shown,
): Dashboard {
  const { feed, deploymentName, collector, archive, search, notifications, detection } = shared;
  return new Dashboard(own, id, {
    feed,
    sources: groups.flatMap(({ sources }) => sources),
    deploymentName,
    collector,
    sourceAlarms: groups.flatMap((group) => alarmsOf(group, own)),
    deploymentAlarms,
    archiveBucket: archive.bucket,
    workgroupName: search.workgroupName,
    runbookUrl: notifications.runbookUrl,
    detection: detectionShown(detection),
  });
}

/** Those of other stacks by name: this stack must not depend on stacks that depend on it. */
function alarmsOf(group: SourceGroup, own: SourceGroup): DashboardProps['sourceAlarms'] {
  return group.alarms.map((alarm) => ({
    kind: alarm.kind,
    alarm: group === own ? alarm : cloudwatch.Alarm.fromAlarmName(own, alarm.fixedName, alarm.fixedName),
  }));
}

function detectionShown(detection: Detection | undefined): DashboardProps['detection'] {
  return detection && { detector: detection.detector, queue: detection.objects.queue };
}
