import type { PublishedMessage } from '../../../lib/local/aws/sns-endpoint';
import { NOW_S } from '../../pipeline';
import { OUTPUTS } from '../deployed-pipeline';
import { ALARM_KINDS, alarmName, ALERT_TOPIC, CHAT_TOPIC, DoctorScenario } from './doctor-scenario';

const SOC = { protocol: 'email', endpoint: 'soc@example.org' };
const PENDING = { protocol: 'email', endpoint: 'new@example.org', isConfirmed: false };
/** The scenario's minute has passed since. */
const NOW = new Date((NOW_S + 60) * 1000).toISOString().slice(0, 19);

let scenario: DoctorScenario;
/** How many messages each topic had when the test began. */
const publishedBefore = new Map<string, number>();

beforeAll(async () => {
  scenario = await DoctorScenario.start();
});
beforeEach(async () => {
  await scenario.heal();
  rememberPublished(OUTPUTS.AlarmTopic);
});
afterAll(() => scenario.stop());

function subscribeToAlerts(): void {
  scenario.subscribeToAlerts([SOC]);
  rememberPublished(ALERT_TOPIC);
}

function rememberPublished(topicArn: string): void {
  publishedBefore.set(topicArn, scenario.deployed.pipeline.aws.topics.published(topicArn).length);
}

/** What was published on a topic in this test. */
function published(topicArn: string): readonly PublishedMessage[] {
  return scenario.deployed.pipeline.aws.topics.published(topicArn).slice(publishedBefore.get(topicArn));
}

/** The subject of each message on the topic of alarms. */
function subjects(): (string | undefined)[] {
  return published(OUTPUTS.AlarmTopic).map(({ subject }) => subject);
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
      'Of 11 alarms behind, quarantined, events-recovered, token-expiring, collector-errors, collector-throttles, dead-letters, collector-not-invoked are missing. → Deploy again: npx cdk deploy --all',
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
    expect(notes.alarms).toContain('10 alarms watch; no-data is switched off.');
    await chosen.stop();
  });

  it('of detection are missing although detection is deployed', async () => {
    const detecting = await DoctorScenario.start();
    const { aws } = detecting.deployed.pipeline;
    const { outputs } = aws.stacks.find('NetskopeAudit');
    aws.stacks.put('NetskopeAudit', { ...outputs, DetectorFunction: 'detector' });
    const { bad } = await detecting.complaints();
    expect(bad.alarms).toBe(
      'Of 14 alarms events-without-group, detection-behind, detector-errors are missing. → Deploy again: npx cdk deploy --all',
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
    scenario.putAlarm('token-expiring', { StateValue: 'INSUFFICIENT_DATA' });
    const { bad } = await scenario.complaints();
    expect(bad).toEqual({
      'alarm states':
        'quarantined: firing. Threshold Crossed: 3.0 >= 1.0 → See quarantined in docs/runbook.md.',
    });
  });

  it('have nothing to watch yet, which is no fault', async () => {
    scenario.putAlarm('token-expiring', { StateValue: 'INSUFFICIENT_DATA' });
    const { exitCode, stdout } = await scenario.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('None fires; token-expiring have nothing to watch yet.');
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
    const message = published(OUTPUTS.AlarmTopic).at(-1);
    expect(message?.message).toContain('Test by netskope-audit doctor --send-test-alarm: nothing is wrong.');
  });

  it('uses another alarm if one already fires, and resets it to its previous state', async () => {
    scenario.putAlarm('no-data', { StateValue: 'ALARM' });
    scenario.putAlarm('not-running', { StateValue: 'INSUFFICIENT_DATA' });
    for (const kind of ['credentials-refused', 'behind', 'quarantined', 'events-recovered'] as const)
      scenario.putAlarm(kind, { StateValue: 'ALARM' });
    scenario.putAlarm('token-expiring', { ActionsEnabled: false });
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

describe('doctor finds that the topic of alerts', () => {
  beforeEach(subscribeToAlerts);

  it('has a subscriber', async () => {
    const { exitCode, stdout } = await scenario.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\n✓ alert topic       soc@example.org: confirmed.\n');
    expect(published(ALERT_TOPIC)).toEqual([]);
  });

  it('has none', async () => {
    scenario.subscribeToAlerts([]);
    const { exitCode, bad } = await scenario.complaints();
    expect(exitCode).toBe(3);
    expect(bad).toEqual({
      'alert topic': `What is announced on ${ALERT_TOPIC} reaches nobody. → Subscribe there in the SNS console. An address in alertEmails that nobody confirms within 48 hours is forgotten by AWS, and no deployment subscribes it again.`,
    });
  });

  it('has one who has not confirmed', async () => {
    scenario.subscribeToAlerts([SOC, PENDING]);
    const { bad } = await scenario.complaints();
    expect(bad['alert topic']).toContain('new@example.org: not confirmed, so no message is delivered.');
  });
});

describe('doctor finds that the topic of alerts for a chat', () => {
  const AMAZON_Q = { protocol: 'https', endpoint: 'https://global.sns-api.chatbot.amazonaws.com' };

  let chatting: DoctorScenario;
  beforeAll(async () => {
    chatting = await DoctorScenario.start();
  });
  afterAll(() => chatting.stop());

  it('is not deployed, and says nothing', async () => {
    expect((await chatting.run()).stdout).not.toContain('chat topic');
  });

  it('has a channel', async () => {
    chatting.subscribeChat([AMAZON_Q]);
    expect((await chatting.run()).stdout).toContain(
      '\n✓ chat topic        https://global.sns-api.chatbot.amazonaws.com: subscribed.\n',
    );
  });

  it('has none', async () => {
    chatting.subscribeChat([]);
    const { exitCode, bad } = await chatting.complaints();
    expect(exitCode).toBe(3);
    expect(bad).toEqual({
      'chat topic': `What is announced on ${CHAT_TOPIC} reaches no channel. → Connect a channel to the topic in the console of Amazon Q Developer in chat applications, or take chatNotifications out of cdk.json and deploy.`,
    });
  });
});

describe('doctor --send-test-alert', () => {
  beforeEach(subscribeToAlerts);

  it('publishes an alert that says it is a test, and says whom it must reach', async () => {
    const { exitCode, stdout } = await scenario.run(['--send-test-alert']);
    expect(exitCode).toBe(0);
    const subject = '[CRITICAL] Test alert, nothing is wrong: netskope-audit doctor --send-test-alert';
    expect(stdout).toContain(
      `✓ test alert        "${subject}" was published: it must reach soc@example.org within minutes.`,
    );
    expect(published(ALERT_TOPIC)).toHaveLength(1);
    const [message] = published(ALERT_TOPIC);
    expect(message?.subject).toBe(subject);
    expect(message?.attributes).toEqual({
      source: 'netskope',
      severity: 'critical',
      kind: 'incident',
      rules: '["test-alert"]',
    });
  });

  it('has the form of an alert, for people and for machines', async () => {
    await scenario.run(['--send-test-alert']);
    const { email = '', sqs = '' } = JSON.parse(published(ALERT_TOPIC)[0]?.message ?? '{}') as Record<
      string,
      string
    >;
    expect(email).toContain(
      'Meaning: Somebody tests whether alerts arrive, by netskope-audit doctor --send-test-alert. No event caused it.\n',
    );
    expect(JSON.parse(sqs)).toMatchObject({
      schema_version: 2,
      kind: 'incident',
      source_id: 'netskope',
      severity: 'critical',
      alerts: [
        {
          alert_id: `test-alert-${NOW.replace(/[-:]/g, '')}Z-0000000000000000`,
          rule_id: 'test-alert',
          title: 'Test alert, nothing is wrong',
          first_event_time: `${NOW}Z`,
          rows: [],
        },
      ],
    });
  });

  it('publishes nothing where nobody has confirmed, or nobody is subscribed', async () => {
    scenario.subscribeToAlerts([PENDING]);
    const pending = await scenario.complaints(['--send-test-alert']);
    expect(pending.bad['test alert']).toBe(
      'Not sent: nobody has confirmed a subscription. → See the alert topic above.',
    );
    scenario.subscribeToAlerts([]);
    const empty = await scenario.complaints(['--send-test-alert']);
    expect(empty.unchecked).toEqual(['test alert']);
    expect(published(ALERT_TOPIC)).toEqual([]);
  });

  it('promises the message only to those who have confirmed', async () => {
    scenario.subscribeToAlerts([SOC, PENDING]);
    const { stdout } = await scenario.run(['--send-test-alert']);
    expect(stdout).toContain('it must reach soc@example.org within minutes.');
  });

  it('says which permission is missing', async () => {
    scenario.refuse('Publish', 'AuthorizationError', 403);
    const { exitCode, bad } = await scenario.complaints(['--send-test-alert']);
    expect(exitCode).toBe(3);
    expect(bad['test alert']).toContain('AWS denied the call SNS Publish');
  });

  it('says that there is no detection', async () => {
    const bare = await DoctorScenario.start();
    const { exitCode, notes, unchecked } = await bare.complaints(['--send-test-alert']);
    await bare.stop();
    expect(exitCode).toBe(0);
    expect(notes['alert topic']).toBe(
      'The deployment has no detection, and so no topic for alerts. → Set detection.enabled to true in cdk.json and deploy: npx cdk deploy --all',
    );
    expect(unchecked).toEqual(['test alert']);
  });
});
