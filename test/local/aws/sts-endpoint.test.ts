import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { AwsClients, sendRaw } from './aws-clients';

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

test('returns the account to the caller', async () => {
  expect(await clients.sts.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:user/operator',
    UserId: 'AIDALOCALOPERATOR',
  });
});

test('lets a test play expired credentials, in the words of the protocol', async () => {
  aws.hooks = {
    before: ({ service, operation }) =>
      service === 'sts' && operation === 'GetCallerIdentity'
        ? { kind: 'error', status: 403, code: 'ExpiredToken', message: 'The security token is expired' }
        : undefined,
  };

  await expect(clients.sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({
    name: 'ExpiredToken',
    message: 'The security token is expired',
    $fault: 'client',
  });
});

test('refuses operations it does not have, and unsigned requests', async () => {
  await expect(
    clients.sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::1:role/a-role', RoleSessionName: 'ab' })),
  ).rejects.toMatchObject({ name: 'InvalidAction' });
  const unsigned = await sendRaw(aws, {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });
  expect(unsigned.status).toBe(403);
  expect(unsigned.text).toContain(
    '<Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message>',
  );
});
