import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import { chatMessageOf, plainInChat } from '../../../../lambdas/detector/core/notify/chat-message';
import type { SearchPlace } from '../../../../lambdas/detector/core/notify/message';
import type { AlertMessage } from '../../../../lambdas/detector/core/notify/outbox';
import { exampleAlert } from '../../example-alert';

const PLACE = {
  region: 'eu-central-1',
  workgroup: 'NetskopeAudit',
  database: 'netskopeaudit',
  table: 'netskope_audit',
};

interface ChatMessage {
  readonly content: { readonly title: string; readonly description: string; readonly nextSteps: string[] };
  readonly metadata: { readonly threadId?: string };
}

function sent(
  alerts: readonly AlertRecord[],
  different: Partial<AlertMessage> = {},
  place: SearchPlace = PLACE,
): ChatMessage {
  const notification: AlertMessage = {
    id: '0f3a',
    kind: 'incident',
    incidentId: 'incident-20261122T090000Z-01234567',
    alerts: alerts.map(({ alert_id: key, headline, severity }) => ({ key, headline, severity })),
    others: 0,
    ...different,
  };
  const records = notification.kind === 'incident' ? alerts : [];
  return JSON.parse(chatMessageOf('netskope', notification, records, place)) as ChatMessage;
}

test('an alert is a custom notification of Amazon Q Developer, in the thread of its incident', () => {
  expect(sent([exampleAlert()])).toEqual({
    version: '1.0',
    source: 'custom',
    id: '0f3a',
    content: {
      textType: 'client-markdown',
      title: '［HIGH］ Many objects deleted by alice＠corp․example: "Finance templates"',
      description: [
        'What: Deleted rbi template, File Filter profile deleted',
        'To what: Finance templates',
        'Who: alice＠corp․example',
        'From where: the events name no address',
        'When: 2026-11-22 09:00:00 to 2026-11-22 09:12:30 UTC',
        'How often: 12 times within 60 minutes (the alert takes 10); what follows until 2026-11-22 10:00:00 UTC belongs to this alert',
        'Tenant: netskope',
        'Meaning: One user deleted many objects in a short time.',
        'What to do: Ask the user.',
        'Limits: API calls are not counted.',
        'MITRE ATT&CK: TA0040:T1485 Data Destruction',
        'Rule, alert: many-deletes, many-deletes-20261122T090000Z-0123456789abcdef',
      ].join('\n'),
      nextSteps: [
        'Details: npx --no -- netskope-audit alerts show many-deletes-20261122T090000Z-0123456789abcdef',
        'Events: https://eu-central-1.console.aws.amazon.com/athena/home?region=eu-central-1#/query-editor in workgroup NetskopeAudit: saved query "The events of an alert"',
      ],
      keywords: ['high', 'netskope', 'many-deletes'],
    },
    metadata: {
      threadId: 'incident-20261122T090000Z-01234567',
      summary: '［HIGH］ Many objects deleted by alice＠corp․example: "Finance templates"',
      eventType: 'Netskope Audit Alert',
      relatedResources: ['many-deletes-20261122T090000Z-0123456789abcdef'],
      additionalContext: { source: 'netskope', severity: 'high', kind: 'incident' },
    },
  });
});

test('several alerts of an incident are listed', () => {
  const { content } = sent([exampleAlert(), exampleAlert({ headline: 'Token created', severity: 'low' })]);
  expect(content.description.split('\n')).toEqual([
    'Alerts of one user or address with less than an hour between them; ∗ is new in this message:',
    'Incident: incident-20261122T090000Z-01234567',
    '',
    '∗ ［HIGH］ Many objects deleted by alice＠corp․example: "Finance templates"',
    '∗ ［LOW］ Token created',
  ]);
});

test('a digest is in no thread', () => {
  const { content, metadata } = sent([exampleAlert()], {
    kind: 'overflow',
    incidentId: undefined,
    others: 41,
  });
  expect(metadata).not.toHaveProperty('threadId');
  expect(content.title).toBe('［HIGH］ 42 alerts more within an hour');
  expect(content.nextSteps[0]).toBe('Details: npx --no -- netskope-audit alerts list');
});

test('the command finds a deployment in the stack of another app', () => {
  const { content } = sent([exampleAlert()], {}, { ...PLACE, deployment: 'AuditProd', stack: 'Prod-Audit' });
  expect(content.nextSteps[0]).toBe(
    'Details: npx --no -- netskope-audit alerts show many-deletes-20261122T090000Z-0123456789abcdef --stack Prod-Audit',
  );
});

test('the command finds a deployment that has not the default stack name', () => {
  const { content } = sent([exampleAlert()], {}, { ...PLACE, deployment: 'NetskopeTest' });
  expect(content.nextSteps[0]).toBe(
    'Details: npx --no -- netskope-audit alerts show many-deletes-20261122T090000Z-0123456789abcdef --stack NetskopeTest',
  );
});

test.each([
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/athena/home?region=cn-north-1'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/athena/home?region=us-gov-west-1'],
])('the link in %s leads to the console there', (region, address) => {
  const { content } = sent([exampleAlert()], {}, { ...PLACE, region });
  expect(content.nextSteps[1]).toContain(`Events: ${address}#/query-editor in workgroup`);
});

test('each text is short enough for Slack', () => {
  const many = sent(Array.from({ length: 100 }, () => exampleAlert({ headline: 'x'.repeat(200) })));
  expect(many.content.description).toHaveLength(2_900);
  expect(many.content.description).toMatch(/x…$/);
  expect(
    sent([exampleAlert({ headline: '\u{1f600}'.repeat(200) })]).content.title.length,
  ).toBeLessThanOrEqual(250);
  const [details] = sent([exampleAlert({ alert_id: 'x'.repeat(400) })]).content.nextSteps;
  expect(details).toBe(`Details: npx --no -- netskope-audit alerts show ${'x'.repeat(302)}`);
});

test.each([
  [250, 'y'.repeat(6)],
  [251, `${'y'.repeat(5)}…`],
])('of a title of %d characters 250 are kept', (length, end) => {
  const titles = ['x'.repeat(200), 'y'.repeat(length - 244)];
  const { title } = sent(titles.map((one) => exampleAlert({ title: one }))).content;
  expect(title).toBe(`［HIGH］ 2 alerts about alice＠corp․example: ${'x'.repeat(200)}, ${end}`);
});

describe('a hostile name', () => {
  test.each([
    ['calls the channel', '<!channel> @here @everyone', '‹!channel› ＠here ＠everyone'],
    ['mentions a user or a group', '<@U012AB3CD> <!subteam^S01>', '‹＠U012AB3CD› ‹!subteam^S01›'],
    ['mentions somebody in Teams', '<at>Alice</at>', '‹at›Alice‹/at›'],
    ['names a channel', '#general', '＃general'],
    ['is a link of Slack', '<https://evil.example|Console>', '‹https:⁄⁄evil․example｜Console›'],
    ['is a link of Markdown', '[Console](https://evil.example)', '［Console］(https:⁄⁄evil․example)'],
    ['is a bare address', 'see http://evil.example/x', 'see http:⁄⁄evil․example/x'],
    ['is a bare domain', 'www.evil.example', 'www․evil․example'],
    ['escapes by itself', '&lt;!here&gt; &#60;', '＆lt;!here＆gt; ＆＃60;'],
    ['is formatted', '*bold* _it_ ~no~ `code` ```', '∗bold∗ ＿it＿ ∼no∼ ˋcodeˋ ˋˋˋ'],
    ['escapes an escape', '\\*bold\\*', '＼∗bold＼∗'],
    ['is a picture', ':white_check_mark: :smile: :x: fine', '：white＿check＿mark: ：smile: ：x: fine'],
    ['has half a character', 'alice \ud83d', 'alice \ufffd'],
  ])('%s: the chat shows it as it is', (_, name, shown) => {
    const hostile = exampleAlert({ who: [name], what: [name], targets: [name], headline: `Bad: ${name}` });
    const { content } = sent([hostile]);
    expect(content.title).toBe(`［HIGH］ Bad: ${shown}`);
    expect(content.description).toContain(`What: ${shown}\nTo what: ${shown}\nWho: ${shown}\n`);
    expect(content.nextSteps.join()).not.toContain(name);
    expect(() => encodeURIComponent(JSON.stringify(content))).not.toThrow();
  });

  test('begins no line of its own', () => {
    const name = 'a\n> quoted\n- [HIGH] forged';
    expect(sent([exampleAlert({ who: [name] })]).content.description).toContain(
      '\nWho: a › quoted - ［HIGH］ forged\n',
    );
  });
});

test('addresses and times stay as they are', () => {
  const text = 'From 203.0.113.9, 2001:db8:4a::17 at 2026-11-22 09:00:00 UTC. R&D .env';
  expect(plainInChat(text)).toBe(text);
});
