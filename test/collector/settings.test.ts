import { parseCollectorEvent, parseSettings } from '../../lambdas/collector/settings';
import { ConfigError } from '../../lambdas/shared/errors';

const COMPLETE = {
  ARCHIVE_BUCKET: 'archive',
  CHECKPOINT_TABLE: 'checkpoints',
  SECRET_NAME_PREFIX: 'netskope-audit/',
};

function problemsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('three variables are enough; Netskope gets 120 s to answer', () => {
  expect(parseSettings(COMPLETE)).toEqual({
    archiveBucket: 'archive',
    checkpointTable: 'checkpoints',
    secretNamePrefix: 'netskope-audit/',
    deployment: undefined,
    isFleet: false,
    requestTimeoutMs: 120_000,
    allowedDomains: [],
    netskopeEndpointUrl: undefined,
  });
});

test('the optional variables are read in their units', () => {
  const environment = {
    ...COMPLETE,
    DEPLOYMENT: 'NetskopeTest',
    FLEET: 'true',
    REQUEST_TIMEOUT_MS: '60000',
    NETSKOPE_ALLOWED_DOMAINS: 'netskope.example.com, example.org',
    NETSKOPE_ENDPOINT_URL: 'http://127.0.0.1:8080',
  };
  expect(parseSettings(environment)).toMatchObject({
    deployment: 'NetskopeTest',
    isFleet: true,
    requestTimeoutMs: 60_000,
    allowedDomains: ['netskope.example.com', 'example.org'],
    netskopeEndpointUrl: 'http://127.0.0.1:8080',
  });
});

test.each([
  ['smallest', '1000', 1_000],
  ['largest', '600000', 600_000],
])('the %s timeout is accepted', (_what, value, requestTimeoutMs) => {
  expect(parseSettings({ ...COMPLETE, REQUEST_TIMEOUT_MS: value })).toMatchObject({ requestTimeoutMs });
});

describe('a variable that is missing, empty or malformed is reported as such', () => {
  test.each<[string, string | undefined, string]>([
    ['ARCHIVE_BUCKET', undefined, 'environment variable ARCHIVE_BUCKET is not set; expected a bucket name'],
    ['ARCHIVE_BUCKET', '', 'environment variable ARCHIVE_BUCKET is empty; expected a bucket name'],
    [
      'CHECKPOINT_TABLE',
      undefined,
      'environment variable CHECKPOINT_TABLE is not set; expected a table name',
    ],
    ['CHECKPOINT_TABLE', '', 'environment variable CHECKPOINT_TABLE is empty; expected a table name'],
    [
      'SECRET_NAME_PREFIX',
      undefined,
      'environment variable SECRET_NAME_PREFIX is not set; expected what precedes the source id in a secret name',
    ],
    [
      'SECRET_NAME_PREFIX',
      '',
      'environment variable SECRET_NAME_PREFIX is empty; expected what precedes the source id in a secret name',
    ],
    ['DEPLOYMENT', '', 'environment variable DEPLOYMENT is empty; expected a stack name'],
    ['FLEET', '', 'environment variable FLEET is ""; expected true, or none'],
    ['FLEET', 'false', 'environment variable FLEET is "false"; expected true, or none'],
    [
      'REQUEST_TIMEOUT_MS',
      '',
      'environment variable REQUEST_TIMEOUT_MS is ""; expected an integer from 1000 to 600000',
    ],
    [
      'REQUEST_TIMEOUT_MS',
      'two minutes',
      'environment variable REQUEST_TIMEOUT_MS is "two minutes"; expected an integer from 1000 to 600000',
    ],
    [
      'REQUEST_TIMEOUT_MS',
      '999',
      'environment variable REQUEST_TIMEOUT_MS is "999"; expected an integer from 1000 to 600000',
    ],
    [
      'REQUEST_TIMEOUT_MS',
      '600001',
      'environment variable REQUEST_TIMEOUT_MS is "600001"; expected an integer from 1000 to 600000',
    ],
    [
      'REQUEST_TIMEOUT_MS',
      '-5000',
      'environment variable REQUEST_TIMEOUT_MS is "-5000"; expected an integer from 1000 to 600000',
    ],
    [
      'REQUEST_TIMEOUT_MS',
      '1e5',
      'environment variable REQUEST_TIMEOUT_MS is "1e5"; expected an integer from 1000 to 600000',
    ],
    ...['', 'com', '.example.com', 'Example.com', 'https://example.com', 'a.example.com,,b.example.com'].map(
      (value): [string, string, string] => [
        'NETSKOPE_ALLOWED_DOMAINS',
        value,
        `environment variable NETSKOPE_ALLOWED_DOMAINS is "${value}"; expected domain names in lower case with commas between them, such as netskope.example.com`,
      ],
    ),
    ...['', 'corp.goskope.com', 'file:///tmp', 'https://corp.goskope.com', 'http://10.0.0.1'].map(
      (value): [string, string, string] => [
        'NETSKOPE_ENDPOINT_URL',
        value,
        `environment variable NETSKOPE_ENDPOINT_URL is "${value}"; expected an http or https origin on this machine, such as http://127.0.0.1:8080`,
      ],
    ),
  ])('%s=%j', (name, value, problem) => {
    expect(problemsOf(() => parseSettings({ ...COMPLETE, [name]: value }))).toEqual([problem]);
  });

  test('all problems are reported at once', () => {
    expect(problemsOf(() => parseSettings({ REQUEST_TIMEOUT_MS: 'x' }))).toHaveLength(4);
  });
});

describe('the input of a run', () => {
  test('a source id is enough: it is its own label, the first run looks back 24 h, the schedule is five minutes, and the last days are rechecked', () => {
    expect(parseCollectorEvent({ sourceId: 'netskope' })).toEqual({
      sourceId: 'netskope',
      label: 'netskope',
      startLookbackHours: 24,
      scheduleMinutes: 5,
      dailyRecheck: true,
    });
  });

  test.each([0, 0.5, 2160])('a look-back of %d h is accepted', (startLookbackHours) => {
    const event = { sourceId: 'emea-2', label: 'EMEA', startLookbackHours };
    expect(parseCollectorEvent({ ...event, somethingElse: true })).toEqual({
      ...event,
      scheduleMinutes: 5,
      dailyRecheck: true,
    });
  });

  test('another schedule, and no recheck, are accepted', () => {
    const settings = { scheduleMinutes: 1, dailyRecheck: false };
    expect(parseCollectorEvent({ sourceId: 's', ...settings })).toMatchObject(settings);
  });

  test('an adopted secret is accepted', () => {
    expect(parseCollectorEvent({ sourceId: 's', secret: 'security/netskope' })).toMatchObject({
      secret: 'security/netskope',
    });
  });

  test.each([
    { kind: 'rewind', toEpochS: 0 },
    { kind: 'rewind', toEpochS: 1_795_003_200, skip: true },
    { kind: 'redrive', fromDay: '2026-11-16', toDay: '2026-11-18' },
  ])('the task %j is accepted', (task) => {
    expect(parseCollectorEvent({ sourceId: 's', task })).toMatchObject({ task });
  });

  test.each([
    { kind: 'rewind', toEpochS: -1 },
    { kind: 'rewind', toEpochS: 0.5 },
    { kind: 'rewind', toEpochS: 0, skip: 'no' },
    { kind: 'redrive', fromDay: '2026-11-31x', toDay: '2026-11-18' },
    { kind: 'delete' },
  ])('the task %j is refused', (task) => {
    expect(problemsOf(() => parseCollectorEvent({ sourceId: 's', task }))).toEqual([
      expect.stringMatching(/^input task is .*; expected \{"kind":"rewind"/) as unknown,
    ]);
  });

  const ID = 'expected lower-case letters, digits and hyphens, 40 at most, a letter first';
  test.each<[string, unknown, string]>([
    ['nothing', undefined, `input sourceId is not set; ${ID}`],
    ['null', null, `input sourceId is not set; ${ID}`],
    ['a text', 'netskope', `input sourceId is not set; ${ID}`],
    ['no source id', {}, `input sourceId is not set; ${ID}`],
    ['an empty source id', { sourceId: '' }, `input sourceId is ""; ${ID}`],
    ['a source id that is no text', { sourceId: 7 }, `input sourceId is 7; ${ID}`],
    ['a source id with a slash', { sourceId: 'a/b' }, `input sourceId is "a/b"; ${ID}`],
    ['a source id in capitals', { sourceId: 'EMEA' }, `input sourceId is "EMEA"; ${ID}`],
    ['a digit first', { sourceId: '2emea' }, `input sourceId is "2emea"; ${ID}`],
    ['41 letters', { sourceId: 'a'.repeat(41) }, `input sourceId is "${'a'.repeat(41)}"; ${ID}`],
    ['an empty label', { sourceId: 's', label: '' }, 'input label is ""; expected a text that is not empty'],
    [
      'a label that is no text',
      { sourceId: 's', label: 7 },
      'input label is 7; expected a text that is not empty',
    ],
    [
      'a negative look-back',
      { sourceId: 's', startLookbackHours: -1 },
      'input startLookbackHours is -1; expected a number from 0 to 2160',
    ],
    [
      'more than 90 days',
      { sourceId: 's', startLookbackHours: 2161 },
      'input startLookbackHours is 2161; expected a number from 0 to 2160',
    ],
    [
      'a look-back that is text',
      { sourceId: 's', startLookbackHours: '24' },
      'input startLookbackHours is "24"; expected a number from 0 to 2160',
    ],
    [
      'a schedule of no minutes',
      { sourceId: 's', scheduleMinutes: 0 },
      'input scheduleMinutes is 0; expected a number of 1 or more',
    ],
    [
      'a recheck that is no yes or no',
      { sourceId: 's', dailyRecheck: 'no' },
      'input dailyRecheck is "no"; expected true or false',
    ],
    [
      'an empty name of a secret',
      { sourceId: 's', secret: '' },
      'input secret is ""; expected the name or the ARN of a secret',
    ],
    [
      'a secret that is no text',
      { sourceId: 's', secret: {} },
      'input secret is {}; expected the name or the ARN of a secret',
    ],
  ])('%s is refused', (_what, event, problem) => {
    expect(problemsOf(() => parseCollectorEvent(event))).toEqual([problem]);
  });

  test('only the beginning of a long value is shown', () => {
    const [problem] = problemsOf(() => parseCollectorEvent({ sourceId: 'A'.repeat(500) }));
    expect(problem).toBe(`input sourceId is "${'A'.repeat(59)}; ${ID}`);
  });
});

describe('a message of a fleet', () => {
  const input = {
    sourceId: 'corp',
    label: 'Corp',
    startLookbackHours: 48,
    scheduleMinutes: 5,
    dailyRecheck: false,
  };
  const message = { messageId: 'm', body: JSON.stringify(input) };

  test('has the input of a run as its body', () => {
    expect(parseCollectorEvent({ Records: [message] })).toEqual(input);
  });

  test.each([
    ['none', [], 'input has 0 messages; expected one, with a body'],
    ['two', [message, message], 'input has 2 messages; expected one, with a body'],
    ['one without a body', [{ messageId: 'm' }], 'input has 1 messages; expected one, with a body'],
  ])('comes alone: %s', (_what, Records, problem) => {
    expect(problemsOf(() => parseCollectorEvent({ Records }))).toEqual([problem]);
  });

  test('has no task: whoever may put events on the bus must not move the feed', () => {
    const body = JSON.stringify({ sourceId: 'corp', task: { kind: 'rewind', toEpochS: 0, skip: true } });
    expect(problemsOf(() => parseCollectorEvent({ Records: [{ body }] }))).toEqual([
      'a message of the queue has a task; expected none',
    ]);
  });

  test('without a source is refused, as any other input', () => {
    expect(problemsOf(() => parseCollectorEvent({ Records: [{ body: '{}' }] }))).toEqual([
      'input sourceId is not set; expected lower-case letters, digits and hyphens, 40 at most, a letter first',
    ]);
  });
});
