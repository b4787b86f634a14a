import type { InvokeCommandInput } from '@aws-sdk/client-lambda';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import type { InvocationEnd } from '../../../lib/local/function-process';
import { AwsClients, sendRaw } from './aws-clients';

const FunctionName = 'collector';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:collector';
const USE = { cpuMs: 1, maxRssBytes: 1, fullCollections: 0 };
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start();
  clients = new AwsClients(aws);
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

/** Puts a function that ends this way. @returns the payloads it receives */
function putFunction(end: InvocationEnd): unknown[] {
  const payloads: unknown[] = [];
  aws.functions.put(FunctionName, async (payload) => {
    payloads.push(payload);
    return end;
  });
  return payloads;
}

async function invoke(options: Partial<InvokeCommandInput> = {}) {
  const answer = await clients.lambda.send(new InvokeCommand({ FunctionName, ...options }));
  return { ...answer, text: answer.Payload?.transformToString() };
}

test('passes the payload to the function and returns its result', async () => {
  const payloads = putFunction({ kind: 'returned', value: { outcome: 'caught-up' }, ...USE });

  const answer = await invoke({ Payload: '{"sourceId":"netskope"}', LogType: 'None' });

  expect(payloads).toEqual([{ sourceId: 'netskope' }]);
  expect(answer).toMatchObject({
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    text: '{"outcome":"caught-up"}',
  });
  expect(answer.FunctionError).toBeUndefined();
});

test.each([FunctionName, '000000000000:function:collector', ARN])(
  'finds the function as %s',
  async (name) => {
    putFunction({ kind: 'returned', value: 1, ...USE });

    expect((await invoke({ FunctionName: name })).text).toBe('1');
  },
);

test('treats a missing payload as an empty object, and a missing value as null', async () => {
  const payloads = putFunction({ kind: 'returned', value: undefined, ...USE });

  expect((await invoke()).text).toBe('null');
  expect(payloads).toEqual([{}]);
});

test('answers 200 to an invocation that failed, and reports the failure in a header and the payload', async () => {
  putFunction({
    kind: 'failed',
    error: { name: 'CredentialError', message: 'HTTP 401', stack: 'CredentialError: HTTP 401\n    at run' },
    ...USE,
  });

  const answer = await invoke();

  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(answer.text).toBe(
    '{"errorType":"CredentialError","errorMessage":"HTTP 401","trace":["CredentialError: HTTP 401","    at run"]}',
  );
});

test('reports a function whose process was killed', async () => {
  putFunction({ kind: 'died', signal: 'SIGKILL' });

  const answer = await invoke();

  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(answer.text).toBe(
    '{"errorType":"Runtime.ExitError","errorMessage":"Error: Runtime exited with error: SIGKILL"}',
  );
});

test('answers an event at once, while the function still runs, and reports afterwards how it ended', async () => {
  let finish = (_: InvocationEnd): void => undefined;
  aws.functions.put(FunctionName, () => new Promise((resolve) => (finish = resolve)));

  const { StatusCode, text } = await invoke({ InvocationType: 'Event' });
  finish({ kind: 'died', signal: 'SIGKILL' });

  expect([StatusCode, text]).toEqual([202, undefined]);
  expect(await aws.functions.settled()).toEqual([{ kind: 'died', signal: 'SIGKILL' }]);
});

test('fails to stop if an event met a mistake in the function, so that it is not overlooked', async () => {
  const other = await LocalAws.start();
  other.functions.put(FunctionName, () => Promise.reject(new Error('a mistake in the test')));
  const operator = new AwsClients(other);
  await operator.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
  operator.destroy();

  await expect(other.stop()).rejects.toThrow('a mistake in the test');
});

test.each(['Event', 'RequestResponse'] as const)('knows no other function (%s)', async (InvocationType) => {
  await expect(invoke({ InvocationType })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: ${ARN}`,
    $metadata: { httpStatusCode: 404 },
  });
});

test('refuses a payload that is not JSON, and invokes nothing', async () => {
  const payloads = putFunction({ kind: 'returned', value: 1, ...USE });

  await expect(invoke({ Payload: '{' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  expect(payloads).toEqual([]);
});

test.each<Partial<InvokeCommandInput>>([
  { LogType: 'Tail' },
  { InvocationType: 'DryRun' },
  { Qualifier: 'live' },
  { ClientContext: 'e30=' },
])('refuses %j, which it does not support, and invokes nothing', async (option) => {
  const payloads = putFunction({ kind: 'returned', value: 1, ...USE });

  await expect(invoke(option)).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  expect(payloads).toEqual([]);
});

test('refuses other operations, and unsigned requests', async () => {
  await expect(clients.lambda.send(new ListFunctionsCommand())).rejects.toMatchObject({
    $metadata: { httpStatusCode: 501 },
  });
  const unsigned = await sendRaw(aws, {
    method: 'POST',
    path: '/2015-03-31/functions/collector/invocations',
  });
  expect([unsigned.status, unsigned.text]).toEqual([
    403,
    '{"Type":"User","Message":"Missing Authentication Token"}',
  ]);
});
