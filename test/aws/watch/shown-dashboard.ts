import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { SOURCE_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarms';
import type { DashboardProps } from '../../../lib/aws/watch/dashboard';
import { Dashboard } from '../../../lib/aws/watch/dashboard';
import { DEFAULT_SOURCE } from './cloudwatch-model/watched-source';

/** Parts of "Dashboard body structure and syntax" (Amazon CloudWatch API reference) that are looked at. */
export interface Widget {
  readonly type: 'text' | 'metric' | 'alarm' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly query?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

interface DashboardBody {
  readonly variables: readonly Readonly<Record<string, unknown>>[];
  readonly widgets: readonly Widget[];
}

interface Shown extends Partial<Pick<DashboardProps, 'runbookUrl'>> {
  readonly sources: number;
  readonly hasDetection?: boolean;
}

/** The dashboard of sources `tenant-1` and so on, each with all of its alarms, as CloudFormation would write it. */
export function shownDashboard({ sources, hasDetection = true, ...props }: Shown): DashboardBody {
  const env = { account: '111122223333', region: 'eu-west-1' };
  const stack = new Stack(new App(), 'audit', { env });
  const ids = Array.from({ length: sources }, (_, index) => `tenant-${index + 1}`);
  const kinds = SOURCE_ALARM_KINDS.filter((kind) => hasDetection || kind !== 'events-without-group');
  const alarm = (name: string): cloudwatch.IAlarm => cloudwatch.Alarm.fromAlarmName(stack, name, name);
  new Dashboard(stack, 'Dashboard', {
    feed: AUDIT_FEED,
    deploymentName: 'NetskopeAudit',
    sources: ids.map((id) => ({ ...DEFAULT_SOURCE, id, label: `Tenant ${id.slice(7)}` })),
    collector: loggedFunction(stack, 'collector'),
    sourceAlarms: ids.flatMap((id) => kinds.map((kind) => ({ kind, alarm: alarm(`audit-${id}-${kind}`) }))),
    deploymentAlarms: ['collector-errors', 'collector-throttles', 'dead-letters'].map((kind) =>
      alarm(`audit-${kind}`),
    ),
    archiveBucket: s3.Bucket.fromBucketName(stack, 'B', 'audit-archive'),
    workgroupName: 'audit',
    ...props,
    ...(hasDetection && {
      detection: {
        detector: loggedFunction(stack, 'detector'),
        queue: sqs.Queue.fromQueueArn(stack, 'Q', 'arn:aws:sqs:eu-west-1:111122223333:objects'),
      },
    }),
  });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const { DashboardBody } = (resource as { readonly Properties: { readonly DashboardBody: unknown } })
    .Properties;
  return JSON.parse(withPartition(DashboardBody)) as DashboardBody;
}

function loggedFunction(stack: Stack, name: string): DashboardProps['collector'] {
  const arn = `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
  return {
    function: lambda.Function.fromFunctionArn(stack, name, arn),
    logGroup: logs.LogGroup.fromLogGroupName(stack, `${name} log`, `/log/${name}`),
  };
}

/** The body as CloudFormation would join it in the partition aws. */
function withPartition(body: unknown): string {
  if (typeof body === 'string') return body;
  const parts = (body as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : 'aws')).join('');
}
