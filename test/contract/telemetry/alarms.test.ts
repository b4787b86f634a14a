import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  DETECTION_ALARM_KINDS,
  FLEET_ALARM_KINDS,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
  VERIFICATION_ALARM_KINDS,
} from '../../../lambdas/contract/telemetry/alarms';

test('alarms have the names that the runbook and the people who mute them know', () => {
  expect(SOURCE_ALARM_KINDS.map((kind) => sourceAlarmName('NetskopeAudit', 'emea', kind))).toEqual([
    'NetskopeAudit-emea-no-data',
    'NetskopeAudit-emea-not-running',
    'NetskopeAudit-emea-credentials-refused',
    'NetskopeAudit-emea-behind',
    'NetskopeAudit-emea-quarantined',
    'NetskopeAudit-emea-events-recovered',
    'NetskopeAudit-emea-events-without-group',
    'NetskopeAudit-emea-token-expiring',
  ]);
  expect(DEPLOYMENT_ALARM_KINDS.map((kind) => deploymentAlarmName('NetskopeAudit', kind))).toEqual([
    'NetskopeAudit-collector-errors',
    'NetskopeAudit-collector-throttles',
    'NetskopeAudit-dead-letters',
    'NetskopeAudit-collector-not-invoked',
  ]);
  expect(DETECTION_ALARM_KINDS.map((kind) => deploymentAlarmName('NetskopeAudit', kind))).toEqual([
    'NetskopeAudit-detection-behind',
    'NetskopeAudit-detector-errors',
  ]);
  expect(VERIFICATION_ALARM_KINDS.map((kind) => deploymentAlarmName('NetskopeAudit', kind))).toEqual([
    'NetskopeAudit-archive-damaged',
  ]);
  expect(FLEET_ALARM_KINDS.map((kind) => deploymentAlarmName('NetskopeAudit', kind))).toEqual([
    'NetskopeAudit-no-data',
    'NetskopeAudit-not-running',
    'NetskopeAudit-credentials-refused',
    'NetskopeAudit-behind',
    'NetskopeAudit-quarantined',
    'NetskopeAudit-events-recovered',
    'NetskopeAudit-token-expiring',
  ]);
});
