import { S3Client } from '@aws-sdk/client-s3';
import { AwsClients } from '../../../lib/cli/deployment/aws-clients';

test('a client is created once, for the requested region', async () => {
  const clients = new AwsClients({ region: 'eu-central-1' });
  const client = clients.client(S3Client);
  expect(clients.client(S3Client)).toBe(client);
  expect(await client.config.region()).toBe('eu-central-1');
  expect(await clients.region()).toBe('eu-central-1');
  clients.close();
});
