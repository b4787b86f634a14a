import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import type { DashboardProps } from '../../../lib/aws/watch/dashboard';
import { Dashboard } from '../../../lib/aws/watch/dashboard';
import { DEFAULT_SOURCE } from './cloudwatch-model/watched-source';

/** Parts of "Dashboard body structure and syntax" (Amazon CloudWatch API reference) that are looked at here. */
interface Widget {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

const ENV = { account: '111122223333', region: 'eu-west-1' };

interface Shown {
  readonly sources: number;
  readonly alarms: number;
  readonly hasDetection?: boolean;
}

function widgets({ sources, alarms, hasDetection = false }: Shown): readonly Widget[] {
  const stack = new Stack(new App(), 'audit', { env: ENV });
  const arn = (rest: string): string => `arn:aws:${rest}`;
  new Dashboard(stack, 'Dashboard', {
    feed: AUDIT_FEED,
    sources: Array.from({ length: sources }, (_, index) => ({
      ...DEFAULT_SOURCE,
      id: `tenant-${index + 1}`,
    })),
    collector: lambda.Function.fromFunctionArn(
      stack,
      'F',
      arn('lambda:eu-west-1:111122223333:function:collector'),
    ),
    alarms: Array.from({ length: alarms }, (_, index) =>
      cloudwatch.Alarm.fromAlarmName(stack, `A${index}`, `alarm-${index}`),
    ),
    archiveBucket: s3.Bucket.fromBucketName(stack, 'B', 'audit-archive'),
    workgroupName: 'audit',
    ...(hasDetection ? { detection: shownDetection(stack) } : {}),
  });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const { DashboardBody } = (resource as { readonly Properties: { readonly DashboardBody: unknown } })
    .Properties;
  return (JSON.parse(withPartition(DashboardBody)) as { readonly widgets: readonly Widget[] }).widgets;
}

function shownDetection(stack: Stack): DashboardProps['detection'] {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
  return {
    detector: lambda.Function.fromFunctionArn(stack, 'D', arn('lambda', 'function:detector')),
    queue: sqs.Queue.fromQueueArn(stack, 'Q', arn('sqs', 'objects')),
  };
}

/** The body as CloudFormation would join it in the partition aws. */
function withPartition(body: unknown): string {
  if (typeof body === 'string') return body;
  const parts = (body as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : 'aws')).join('');
}

/** The lines of a graph in order: name, source and how each is drawn. */
function lines(all: readonly Widget[], title: string): readonly (readonly unknown[])[] {
  return all.find(({ properties }) => properties.title === title)?.properties.metrics ?? [];
}

describe('the dashboard', () => {
  const one = widgets({ sources: 1, alarms: 11 });

  test('links to archive, quarantine, queries, collector and alarms', () => {
    const [links] = one;
    const found = [...(links?.properties.markdown ?? '').matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    expect(found.map(([, text, url]) => [text, url])).toEqual([
      [
        'Archive',
        'https://eu-west-1.console.aws.amazon.com/s3/buckets/audit-archive?region=eu-west-1&prefix=netskope_audit/',
      ],
      [
        'Quarantine',
        'https://eu-west-1.console.aws.amazon.com/s3/buckets/audit-archive?region=eu-west-1&prefix=quarantine/netskope_audit/',
      ],
      [
        'pages',
        'https://eu-west-1.console.aws.amazon.com/s3/buckets/audit-archive?region=eu-west-1&prefix=quarantine/pages/netskope_audit/',
      ],
      [
        'Saved queries',
        'https://eu-west-1.console.aws.amazon.com/athena/home?region=eu-west-1#/query-editor/saved-queries',
      ],
      [
        'Collector and its log',
        'https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/collector?tab=monitoring',
      ],
      ['Alarms', 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:'],
      ['stack', 'https://eu-west-1.console.aws.amazon.com/cloudformation/home?region=eu-west-1'],
    ]);
  });

  test('says what to do about a source whose secret is still empty', () => {
    expect(one[0]?.properties.markdown).toContain('put its domain and token into its secret');
  });

  test('draws events, lag, quarantine and drift, run duration and errors', () => {
    expect(one.flatMap(({ type, properties }) => (type === 'metric' ? [properties.title] : []))).toEqual([
      'Events archived per hour',
      'How far the archive is behind the present: twice a day, and while it is late',
      'Quarantined, recovered (left) and archived with drift (right) per hour',
      'Run duration',
      'Runs that failed, runs refused',
    ]);
    expect(lines(one, 'Events archived per hour')).toEqual([
      [
        'NetskopeAudit',
        'EventsArchived',
        'SourceId',
        'tenant-1',
        { label: 'tenant-1', period: 3_600, stat: 'Sum' },
      ],
    ]);
    expect(
      lines(one, 'How far the archive is behind the present: twice a day, and while it is late'),
    ).toEqual([
      ['NetskopeAudit', 'LagSeconds', 'SourceId', 'tenant-1', { label: 'tenant-1', stat: 'Maximum' }],
    ]);
    expect(
      lines(one, 'Quarantined, recovered (left) and archived with drift (right) per hour').map(
        ([, name]) => name,
      ),
    ).toEqual(['EventsQuarantined', 'EventsRecovered', 'EventsDrifted']);
    expect(lines(one, 'Runs that failed, runs refused').map(([, name]) => name)).toEqual([
      'Errors',
      'Throttles',
      'Invocations',
    ]);
  });

  test('with detection draws alerts, excluded events and the longest wait, and links to alerts and detector', () => {
    const all = widgets({ sources: 1, alarms: 13, hasDetection: true });
    expect(lines(all, 'Alerts raised per hour')).toEqual([
      [
        'NetskopeAudit',
        'AlertsRaised',
        'SourceId',
        'tenant-1',
        { label: 'tenant-1', period: 3_600, stat: 'Sum' },
      ],
    ]);
    expect(
      lines(all, 'Events excluded from rules, or without a group, per hour').map(([, name]) => name),
    ).toEqual(['EventsExcluded', 'EventsWithoutGroup']);
    expect(lines(all, 'Longest wait for detection')).toEqual([
      [
        'AWS/SQS',
        'ApproximateAgeOfOldestMessage',
        'QueueName',
        'objects',
        { label: 'oldest object', stat: 'Maximum' },
      ],
    ]);
    expect(all[0]?.properties.markdown).toContain(
      '[Alerts](https://eu-west-1.console.aws.amazon.com/s3/buckets/audit-archive?region=eu-west-1&prefix=alerts/netskope_audit/)',
    );
    expect(all[0]?.properties.markdown).toContain('#/functions/detector?tab=monitoring)');
  });

  test('has the runbook at its foot, one panel per entry', () => {
    const headings = one.flatMap(({ properties }) => /^## (.+)/.exec(properties.markdown ?? '')?.[1] ?? []);
    expect(headings).toEqual([
      ...Object.keys(ALARMS),
      'unreadable-page',
      'foreign-object',
      'resting',
      'giving-up',
    ]);
  });

  test('gives each of 20 sources, as many as share a stack, a line of its own', () => {
    const labels = lines(widgets({ sources: 20, alarms: 0 }), 'Events archived per hour').map(
      ([, , , id]) => id,
    );
    expect(labels).toHaveLength(20);
    expect(labels.at(-1)).toBe('tenant-20');
  });

  test('shows every alarm, at most 100 in one panel, as CloudWatch requires', () => {
    const panels = widgets({ sources: 20, alarms: 163 }).filter(({ type }) => type === 'alarm');
    expect(panels.map(({ properties }) => properties.alarms?.length)).toEqual([100, 63]);
  });

  test('has no panel over another or beyond the right edge', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets({ sources: 20, alarms: 163, hasDetection: true })) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          const cell = `${column},${row}`;
          expect(taken).not.toContain(cell);
          taken.add(cell);
        }
      }
    }
  });
});
