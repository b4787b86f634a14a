import type { DeployedTemplate } from '../deployed-template';

/** The full identity of a metric in CloudWatch. */
interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The metrics that alarms of the template watch and that no AWS service sends. */
export function watchedMetrics(template: DeployedTemplate): MetricIdentity[] {
  return template.ofType('AWS::CloudWatch::Alarm').flatMap(([, properties]) => {
    const inExpression = (
      (properties.Metrics ?? []) as { readonly MetricStat?: { readonly Metric: object } }[]
    ).flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
    return [properties, ...inExpression].flatMap(metricIdentity);
  });
}

function metricIdentity(named: object): MetricIdentity[] {
  const {
    Namespace,
    MetricName,
    Dimensions = [],
  } = named as {
    readonly Namespace?: string;
    readonly MetricName?: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  };
  if (Namespace === undefined || MetricName === undefined || Namespace.startsWith('AWS/')) return [];
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return [{ namespace: Namespace, metricName: MetricName, dimensions }];
}
