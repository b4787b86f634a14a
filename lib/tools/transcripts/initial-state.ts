import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import { ScheduleDefault, StartLookback } from '../../../lambdas/contract/deployment/collector-event';
import { STACK_NAME, StackOutput } from '../../../lambdas/contract/deployment/deployment-outputs';
import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  DETECTED_SOURCE_ALARMS,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
} from '../../../lambdas/contract/telemetry/alarms';
import type { AlarmDefinition } from '../../local/aws/cloudwatch/alarms';
import { REGION } from '../../local/aws/local-account';
import type { LocalAws } from '../../local/aws/local-aws';
import type { LocalDeployment } from '../../local/local-deployment';
import { LOCAL_TOPIC_ARN, putLocalStack } from '../../local/local-deployment';
import type { SimulatedEvent } from '../../local/netskope-simulator/event-log';
import type { AnomalyName } from '../../local/netskope-simulator/events/audit-event-anomalies';
import { generateAuditEvents, oneOfEach } from '../../local/netskope-simulator/events/audit-events';

/** The only source, as in a fresh deployment. */
export const SOURCE: Source = {
  sourceId: 'netskope',
  label: 'Netskope',
  startLookbackHours: StartLookback.defaultHours,
  scheduleMinutes: ScheduleDefault.minutes,
  dailyRecheck: true,
};

/** Threshold of the alarm `behind`, seconds. */
const BEHIND_AFTER_S = 3600;

const DASHBOARD_URL = `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/${STACK_NAME}`;

/** Puts what a deployment leaves in an account: stack, quiet alarms, a subscriber, and a secret without value. */
export async function putStagedStack(aws: LocalAws, deployment: LocalDeployment): Promise<void> {
  putLocalStack(aws, { sources: [SOURCE] });
  const { outputs } = aws.stacks.find(STACK_NAME);
  aws.stacks.put(STACK_NAME, { ...outputs, [StackOutput.Dashboard]: DASHBOARD_URL });
  aws.topics.put(LOCAL_TOPIC_ARN, [{ protocol: 'email', endpoint: 'soc@example.org' }]);
  for (const alarm of quietAlarms()) aws.alarms.put(alarm);
  await deployment.putSecret(SOURCE.sourceId);
}

function quietAlarms(): readonly AlarmDefinition[] {
  const names = [
    ...SOURCE_ALARM_KINDS.filter((kind) => !(kind in DETECTED_SOURCE_ALARMS)).map((kind) =>
      sourceAlarmName(STACK_NAME, SOURCE.sourceId, kind),
    ),
    ...DEPLOYMENT_ALARM_KINDS.map((kind) => deploymentAlarmName(STACK_NAME, kind)),
  ];
  const behind = sourceAlarmName(STACK_NAME, SOURCE.sourceId, 'behind');
  const notInvoked = deploymentAlarmName(STACK_NAME, 'collector-not-invoked');
  return names.map((AlarmName) => ({
    AlarmName,
    StateValue: 'OK',
    AlarmActions: AlarmName === notInvoked ? [] : [LOCAL_TOPIC_ARN],
    ...(AlarmName === behind ? { Threshold: BEHIND_AFTER_S } : {}),
  }));
}

/** The operator's password store, by the name given to `pass show`. */
export const PASSWORD_STORE = {
  netskope: 'b7c1e08f52d94a6e9f30d1c84b6a2e75',
  'netskope-old': '04de5c9917ab4f0c8d2e63b1f7a95c28',
} as const satisfies Readonly<Record<string, string>>;

/** The stored tokens that Netskope knows, and whether they have the necessary scope. */
export const TENANT_TOKENS = {
  valid: [PASSWORD_STORE.netskope],
  unscoped: [PASSWORD_STORE['netskope-old']],
};

/** Monday to Sunday. */
const HISTORY = {
  fromEpochS: Date.UTC(2026, 10, 16) / 1000,
  toEpochS: Date.UTC(2026, 10, 23) / 1000,
};
const EVENTS = 1_200;

interface AnomalousEvents {
  readonly anomaly: AnomalyName;
  /** When Netskope stored each, UTC. */
  readonly insertedAt: readonly string[];
}

/** Events that today's collector rejects, and events that only an earlier version rejected. */
const ANOMALOUS_EVENTS: readonly AnomalousEvents[] = [
  { anomaly: 'missing-id', insertedAt: ['2026-11-18T10:20:00Z', '2026-11-19T15:42:00Z'] },
  {
    anomaly: 'absent-supporting-data',
    insertedAt: ['2026-11-18T13:05:00Z', '2026-11-18T13:06:00Z', '2026-11-19T08:51:00Z'],
  },
];

/** All events of the tenant, before and while the transcripts are made. */
export function tenantHistory(): readonly SimulatedEvent[] {
  const ordinary = generateAuditEvents({ ...HISTORY, seed: 4, count: EVENTS, anomalyShare: 0 });
  const odd = ANOMALOUS_EVENTS.flatMap(({ anomaly, insertedAt }) =>
    insertedAt.flatMap((time) => {
      const insertedAtS = Date.parse(time) / 1000;
      return oneOfEach({ seed: insertedAtS, insertedAtS }).filter((event) => event.anomaly === anomaly);
    }),
  );
  return [...ordinary, ...odd];
}
