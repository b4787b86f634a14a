import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './alarm-store';
import { ACCOUNT_ID, REGION_LABEL } from './local-account';
import type { Publication } from './topic-store';

/** Longest subject that SNS takes (Amazon SNS API reference, Publish). */
const MAX_SUBJECT_LENGTH = 100;

/**
 * What CloudWatch publishes when an alarm has changed its state (Amazon CloudWatch user guide, "Notifying users on alarm
 * changes"); without the `Trigger`, which repeats the alarm's definition.
 */
export function alarmNotification(
  { arn, definition, configuredAtMs, stateUpdatedAtMs }: Alarm,
  oldState: StateValue,
): Publication {
  const { AlarmName, StateValue: newState } = definition;
  return {
    subject: `${newState}: "${AlarmName}" in ${REGION_LABEL}`.slice(0, MAX_SUBJECT_LENGTH),
    message: JSON.stringify({
      AlarmName,
      AlarmDescription: definition.AlarmDescription ?? null,
      AWSAccountId: ACCOUNT_ID,
      AlarmConfigurationUpdatedTimestamp: timestamp(configuredAtMs),
      NewStateValue: newState,
      NewStateReason: definition.StateReason,
      StateChangeTime: timestamp(stateUpdatedAtMs),
      Region: REGION_LABEL,
      AlarmArn: arn,
      OldStateValue: oldState,
      OKActions: definition.OKActions ?? [],
      AlarmActions: definition.AlarmActions ?? [],
      InsufficientDataActions: definition.InsufficientDataActions ?? [],
    }),
  };
}

/** As in `2026-11-22T12:00:00.000+0000`. */
function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000');
}
