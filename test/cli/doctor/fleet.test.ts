import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DEPLOYMENT_ALARM_KINDS, FLEET_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarms';
import { fleetSource, putSources, putStatus } from '../../fleet/fleet-table';
import { NOW_S } from '../../pipeline';
import { OUTPUTS } from '../deployed-pipeline';
import { DoctorScenario } from './doctor-scenario';

/** A minute before the command: when the collector of the scenario has run. */
const NOW_MS = NOW_S * 1000;

let scenario: DoctorScenario;

beforeAll(async () => {
  scenario = await DoctorScenario.start({ alarmKinds: [] });
  const { aws } = scenario.deployed.pipeline;
  aws.stacks.put('NetskopeAudit', { ...OUTPUTS, Sources: '[]', FleetFunction: 'fleet' });
  const client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await putSources(client, [fleetSource({ sourceId: 'netskope' }), fleetSource({ sourceId: 'emea' })]);
  await putStatus(client, 'netskope', {
    succeededAtMs: NOW_MS,
    reportedAtMs: NOW_MS,
    quietSinceMs: NOW_MS,
    quarantinedAtMs: NOW_MS,
  });
  client.destroy();
});
beforeEach(() => {
  const { alarms } = scenario.deployed.pipeline.aws;
  for (const kind of FLEET_ALARM_KINDS)
    alarms.put({ AlarmName: `NetskopeAudit-${kind}`, StateValue: 'OK', Threshold: 1 });
  for (const kind of DEPLOYMENT_ALARM_KINDS.filter((one) => one !== 'collector-errors'))
    alarms.put({
      AlarmName: `NetskopeAudit-${kind}`,
      StateValue: 'OK',
      AlarmActions: kind === 'collector-not-invoked' ? [] : [OUTPUTS.AlarmTopic],
    });
});
afterAll(() => scenario.stop());

function fire(kind: string): void {
  scenario.deployed.pipeline.aws.alarms.put({ AlarmName: `NetskopeAudit-${kind}`, StateValue: 'ALARM' });
}

test('a source of a fleet is healthy without alarms of its own, although the alarms of the fleet have no action', async () => {
  const { exitCode, stdout } = await scenario.run(['netskope']);
  expect(stdout).toContain(
    '✓ stack             NetskopeAudit: source netskope (netskope), every 6 min by collector.',
  );
  expect(stdout).toContain('✓ lag               The archive is 1 min 00 s behind the present.');
  expect(stdout).toContain('✓ metrics           The newest came 1 min 00 s ago.');
  expect(stdout).toContain('✓ alarms            10 alarms watch the source and the collector.');
  expect(stdout).toContain('✓ alarm states      None fires.');
  expect(stdout).toContain('✓ Nothing is broken.');
  expect(exitCode).toBe(0);
});

test('an alarm of the fleet that fires is a finding of the sources that it is about, and of no other', async () => {
  fire('quarantined');
  fire('behind');
  const { bad } = await scenario.complaints(['netskope']);
  expect(bad).toEqual({
    'alarm states':
      'quarantined: firing. Unchecked: Initial alarm creation → See quarantined in docs/runbook.md.',
  });
});

test('an alarm of the fleet that is missing is a finding', async () => {
  const { aws } = scenario.deployed.pipeline;
  aws.stacks.put('Other', { ...OUTPUTS, Sources: '[]', FleetFunction: 'fleet' });
  const { bad } = await scenario.complaints(['netskope', '--stack', 'Other']);
  expect(bad.alarms).toContain('not-running, credentials-refused, behind');
});

test('the test alarm is one that notifies', async () => {
  const { stdout } = await scenario.run(['netskope', '--send-test-alarm']);
  expect(stdout).toContain(
    '✓ test alarm        NetskopeAudit-collector-throttles was set to ALARM and back to OK',
  );
});
