import type { PublishedMessage } from '../../../lib/local/aws/sns-endpoint';
import { NOW_S } from '../../pipeline';
import { ALERT_TOPIC, DoctorScenario } from './doctor-scenario';

const SOC = { protocol: 'email', endpoint: 'soc@example.org' };
const PENDING = { protocol: 'email', endpoint: 'new@example.org', isConfirmed: false };
/** The scenario's minute has passed since. */
const NOW = new Date((NOW_S + 60) * 1000).toISOString().slice(0, 19);

let scenario: DoctorScenario;
let publishedBefore: number;

beforeAll(async () => {
  scenario = await DoctorScenario.start();
});
beforeEach(async () => {
  await scenario.heal();
  scenario.subscribeToAlerts([SOC]);
  publishedBefore = scenario.deployed.pipeline.aws.topics.published(ALERT_TOPIC).length;
});
afterAll(() => scenario.stop());

/** What was published on the topic of alerts in this test. */
function published(): readonly PublishedMessage[] {
  return scenario.deployed.pipeline.aws.topics.published(ALERT_TOPIC).slice(publishedBefore);
}

describe('doctor finds that the topic of alerts', () => {
  it('has a subscriber', async () => {
    const { exitCode, stdout } = await scenario.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\n✓ alert topic       soc@example.org: confirmed.\n');
    expect(published()).toEqual([]);
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

describe('doctor --send-test-alert', () => {
  it('publishes an alert that says it is a test, and says whom it must reach', async () => {
    const { exitCode, stdout } = await scenario.run(['--send-test-alert']);
    expect(exitCode).toBe(0);
    const subject = '[CRITICAL] Test alert, nothing is wrong: netskope-audit doctor --send-test-alert';
    expect(stdout).toContain(
      `✓ test alert        "${subject}" was published: it must reach soc@example.org within minutes.`,
    );
    expect(published()).toHaveLength(1);
    const [message] = published();
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
    const { email = '', sqs = '' } = JSON.parse(published()[0]?.message ?? '{}') as Record<string, string>;
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
    expect(published()).toEqual([]);
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
