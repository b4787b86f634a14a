import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { AwsClients } from '../../../lib/cli/deployment/aws-clients';
import { invokeCollector } from '../../../lib/cli/deployment/collector';
import { Deployment } from '../../../lib/cli/deployment/deployment';
import { describeError } from '../../../lib/cli/describe-error';
import type { FunctionBody } from '../../../lib/local/aws/lambda-endpoint';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { deployedSource, OUTPUTS } from '../deployed-pipeline';

const USE = { cpuMs: 1, maxRssBytes: 1, fullCollections: 0 };
const environment = { ...process.env };

let aws: LocalAws;
let deployment: Deployment;

beforeAll(async () => {
  aws = await LocalAws.start();
  Object.assign(process.env, aws.environment());
  deployment = new Deployment({
    feed: AUDIT_FEED,
    stackName: 'NetskopeAudit',
    region: 'us-east-1',
    outputs: { ...OUTPUTS, Sources: '[]' },
    sources: [{ ...deployedSource('netskope'), namePrefix: 'NetskopeAudit' }],
    aws: new AwsClients({}),
  });
});

afterAll(async () => {
  deployment.aws.close();
  await aws.stop();
  process.env = environment;
});

/** Invokes a collector that behaves as given. */
async function invoked(body: FunctionBody): Promise<unknown> {
  aws.functions.put('collector', body);
  return invokeCollector(deployment, { sourceId: 'netskope' }).catch(describeError);
}

test('the collector receives the event that the schedule would send, and its result is returned', async () => {
  const result = await invoked(async (event) => ({ kind: 'returned', value: { received: event }, ...USE }));
  expect(result).toEqual({ received: { sourceId: 'netskope' } });
});

test('a run that Netskope refused ends with the exit code of a refusal, and names the next step', async () => {
  const error = { name: 'CredentialError', message: 'Netskope refused the token: HTTP 401', stack: '' };
  expect(await invoked(async () => ({ kind: 'failed', error, ...USE }))).toEqual({
    what: "The collector's run for source netskope failed: CredentialError: Netskope refused the token: HTTP 401",
    whatToDo: 'Put a working token into the secret: npx --no -- netskope-audit setup netskope',
    exitCode: 5,
  });
});

test('any other failed run shows the message of the collector', async () => {
  const error = { name: 'ArchiveError', message: 'object x could not be written to bucket y', stack: '' };
  expect(await invoked(async () => ({ kind: 'failed', error, ...USE }))).toEqual({
    what: "The collector's run for source netskope failed: ArchiveError: object x could not be written to bucket y",
    whatToDo:
      'What is archived stays, and the next run goes on; npx --no -- netskope-audit doctor looks for the cause.',
    exitCode: 1,
  });
});

test('control characters that a server put into that message are shown, and not obeyed by the terminal', async () => {
  const error = { name: 'ArchiveError', message: 'HTTP 404: gone\u001b[2J\n✓ all is well', stack: '' };
  expect(await invoked(async () => ({ kind: 'failed', error, ...USE }))).toMatchObject({
    what: "The collector's run for source netskope failed: ArchiveError: HTTP 404: gone\\u{001b}[2J\\u{000a}✓ all is well",
  });
});

test('a run whose process died is described as Lambda reports it', async () => {
  expect(await invoked(async () => ({ kind: 'died', signal: 'SIGKILL' }))).toMatchObject({
    what: expect.stringMatching(/^The collector's run for source netskope failed: \S+: .*SIGKILL/) as string,
    exitCode: 1,
  });
});
