import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import { STACK_NAME, StackOutput } from '../../../lambdas/contract/deployment/deployment-outputs';
import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
} from '../../../lambdas/contract/telemetry/alarm-names';
import type { AlarmDefinition } from '../../local/aws/cloudwatch/alarms';
import { REGION } from '../../local/aws/local-account';
import type { LocalAws } from '../../local/aws/local-aws';
import type { LocalDeployment } from '../../local/local-deployment';
import { LOCAL_TOPIC_ARN, putLocalStack } from '../../local/local-deployment';

/** The only source, as in a fresh deployment. */
export const SOURCE: Source = {
  sourceId: 'netskope',
  label: 'Netskope',
  startLookbackHours: 24,
  scheduleMinutes: 5,
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
    ...SOURCE_ALARM_KINDS.map((kind) => sourceAlarmName(STACK_NAME, SOURCE.sourceId, kind)),
    ...DEPLOYMENT_ALARM_KINDS.map((kind) => deploymentAlarmName(STACK_NAME, kind)),
  ];
  const behind = sourceAlarmName(STACK_NAME, SOURCE.sourceId, 'behind');
  return names.map((AlarmName) => ({
    AlarmName,
    StateValue: 'OK',
    AlarmActions: [LOCAL_TOPIC_ARN],
    ...(AlarmName === behind ? { Threshold: BEHIND_AFTER_S } : {}),
  }));
}
