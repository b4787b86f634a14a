import type { PublishedMessage } from '../../../lib/local/aws/sns-endpoint';
import { OUTPUTS } from '../deployed-pipeline';
import { ALARM_KINDS, alarmName, DoctorScenario } from './doctor-scenario';

let scenario: DoctorScenario;

beforeAll(async () => {
  scenario = await DoctorScenario.start();
});
beforeEach(async () => {
  await scenario.heal();
  publishedBefore = published().length;
});
afterAll(() => scenario.stop());

let publishedBefore: number;

function published(): readonly PublishedMessage[] {
  return scenario.deployed.pipeline.aws.topics.published(OUTPUTS.AlarmTopic);
}

/** What was published on the alarms' topic in this test: the subject of each message. */
function subjects(): (string | undefined)[] {
  return published()
    .slice(publishedBefore)
    .map(({ subject }) => subject);
}

describe('doctor finds that the alarms', () => {
  it('are incomplete', async () => {
    const bare = await DoctorScenario.start({
      isNew: true,
      alarmKinds: ['no-data', 'not-running', 'credentials-refused'],
    });
    const { exitCode, bad, unchecked } = await bare.complaints();
    expect(exitCode).toBe(3);
    expect(bad.alarms).toBe(
      'Of 12 alarms behind, quarantined, events-recovered, token-expiring-30, token-expiring-7, token-expiring-1, collector-errors, collector-throttles, dead-letters are missing. → Deploy again: npx cdk deploy --all',
    );
    expect(unchecked).not.toContain('subscriptions');
    await bare.stop();
  });

  it('lack no-data, which is a choice', async () => {
    const chosen = await DoctorScenario.start({
      alarmKinds: ALARM_KINDS.filter((kind) => kind !== 'no-data'),
    });
    const { exitCode, bad, notes } = await chosen.complaints();
    expect({ exitCode, bad }).toEqual({ exitCode: 0, bad: {} });
    expect(notes.alarms).toContain('11 alarms watch; no-data is switched off.');
    await chosen.stop();
  });

  it('of detection are missing although detection is deployed', async () => {
    const detecting = await DoctorScenario.start();
    const { aws } = detecting.deployed.pipeline;
    const { outputs } = aws.stacks.find('NetskopeAudit');
    aws.stacks.put('NetskopeAudit', { ...outputs, DetectorFunction: 'detector' });
    const { bad } = await detecting.complaints();
    expect(bad.alarms).toBe(
      'Of 15 alarms events-without-group, detection-behind, detector-errors are missing. → Deploy again: npx cdk deploy --all',
    );
    await detecting.stop();
  });

  it('are silenced', async () => {
    scenario.putAlarm('behind', { ActionsEnabled: false });
    scenario.putAlarm('dead-letters', { AlarmActions: [] });
    const { bad } = await scenario.complaints();
    expect(bad.alarms).toBe(
      'Nobody is notified when behind, dead-letters fire: their actions are off. → Deploy again: npx cdk deploy --all',
    );
  });

  it('fire, and why', async () => {
    scenario.putAlarm('quarantined', { StateValue: 'ALARM', StateReason: 'Threshold Crossed: 3.0 >= 1.0' });
    scenario.putAlarm('token-expiring-30', { StateValue: 'INSUFFICIENT_DATA' });
    const { bad } = await scenario.complaints();
    expect(bad).toEqual({
      'alarm states':
        'quarantined: firing. Threshold Crossed: 3.0 >= 1.0 → See quarantined in docs/runbook.md.',
    });
  });

  it('have nothing to watch yet, which is no fault', async () => {
    scenario.putAlarm('token-expiring-30', { StateValue: 'INSUFFICIENT_DATA' });
    const { exitCode, stdout } = await scenario.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('None fires; token-expiring-30 have nothing to watch yet.');
  });

  it('have no subscriber', async () => {
    scenario.subscribe([]);
    const { bad } = await scenario.complaints();
    expect(bad.subscriptions).toContain(
      'What is announced on arn:aws:sns:us-east-1:000000000000:alarms reaches nobody. → Subscribe there in the SNS console.',
    );
  });

  it('of the source have a subscriber, and those of the deployment have none', async () => {
    scenario.deployed.pipeline.aws.topics.put('arn:aws:sns:us-east-1:000000000000:shared', []);
    scenario.putAlarm('collector-errors', { AlarmActions: ['arn:aws:sns:us-east-1:000000000000:shared'] });
    const { bad } = await scenario.complaints();
    expect(bad.subscriptions).toContain(
      'What is announced on arn:aws:sns:us-east-1:000000000000:shared reaches nobody.',
    );
  });

  it('have a subscriber who has not confirmed', async () => {
    scenario.subscribe([
      { protocol: 'email', endpoint: 'soc@example.org' },
      { protocol: 'email', endpoint: 'new@example.org', isConfirmed: false },
    ]);
    const { bad } = await scenario.complaints();
    expect(bad.subscriptions).toContain('new@example.org: not confirmed, so no message is delivered.');
  });
});

describe('doctor --send-test-alarm', () => {
  it('fires one alarm of the source and resets it, and says whom a message must reach', async () => {
    const { exitCode, stdout } = await scenario.run(['--send-test-alarm']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '✓ test alarm        NetskopeAudit-netskope-no-data was set to ALARM and back to OK: a message must reach soc@example.org within minutes.',
    );
    expect(subjects()).toEqual(['ALARM: "NetskopeAudit-netskope-no-data" in US East (N. Virginia)']);
    const states = scenario.deployed.pipeline.aws.alarms.all().map(({ definition }) => definition.StateValue);
    expect(new Set(states)).toEqual(new Set(['OK']));
  });

  it('says in the message that nothing is wrong', async () => {
    await scenario.run(['--send-test-alarm']);
    const message = published().at(-1);
    expect(message?.message).toContain('Test by netskope-audit doctor --send-test-alarm: nothing is wrong.');
  });

  it('uses another alarm if one already fires, and resets it to its previous state', async () => {
    scenario.putAlarm('no-data', { StateValue: 'ALARM' });
    scenario.putAlarm('not-running', { StateValue: 'INSUFFICIENT_DATA' });
    for (const kind of ['credentials-refused', 'behind', 'quarantined', 'events-recovered'] as const)
      scenario.putAlarm(kind, { StateValue: 'ALARM' });
    for (const days of [30, 7, 1] as const)
      scenario.putAlarm(`token-expiring-${days}`, { ActionsEnabled: false });
    const { stdout } = await scenario.run(['--send-test-alarm']);
    expect(stdout).toContain(
      'NetskopeAudit-netskope-not-running was set to ALARM and back to INSUFFICIENT_DATA',
    );
    const found = scenario.deployed.pipeline.aws.alarms
      .all()
      .find(({ definition }) => definition.AlarmName === alarmName('not-running'));
    expect(found?.definition.StateValue).toBe('INSUFFICIENT_DATA');
  });

  it('fires nothing if nobody would be notified', async () => {
    scenario.subscribe([{ protocol: 'email', endpoint: 'new@example.org', isConfirmed: false }]);
    const { bad } = await scenario.complaints(['--send-test-alarm']);
    expect(bad['test alarm']).toBe(
      'Not sent: nobody has confirmed a subscription. → See the subscription above.',
    );
    expect(subjects()).toEqual([]);
  });

  it('does not happen unless requested', async () => {
    await scenario.run();
    expect(subjects()).toEqual([]);
  });

  it('says which permission is missing', async () => {
    scenario.refuse('SetAlarmState', 'AccessDenied', 403);
    const { exitCode, bad } = await scenario.complaints(['--send-test-alarm']);
    expect(exitCode).toBe(3);
    expect(bad['test alarm']).toContain('AWS denied the call CloudWatch SetAlarmState');
  });
});
