import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandAccess } from '../../../lib/cli/commands';
import type { Deployment } from '../../../lib/cli/deployment/deployment';
import { partsOf } from '../../../lib/cli/deployment/deployment-parts';
import type { PolicyDocument } from '../../../lib/cli/policy/policy-document';
import { deployerPolicy, policyDocument } from '../../../lib/cli/policy/policy-document';
import { QUERY_ACCESS } from '../../../lib/cli/policy/query-access';
import { covers, inOneLine, permissionsIn } from '../../aws/pipeline/permissions';
import { pipelineApp, templatesOf } from '../../aws/synthesized-app';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';
import { ALL_OUTPUTS } from './limited-operator';

/** Of a policy managed by a customer, white space aside (AWS IAM user guide, "IAM and AWS STS quotas"). */
const MOST_CHARACTERS = 6144;
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000000';

let deployed: DeployedPipeline;
beforeAll(async () => {
  deployed = await DeployedPipeline.start();
  deployed.pipeline.aws.stacks.put('NetskopeAudit', { ...ALL_OUTPUTS, ArchiveKey: KEY });
});
afterAll(() => deployed.stop());

async function printed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await deployed.cli(['policy', ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

/** The permissions of a policy, one a line. */
async function allowed(role: string): Promise<string[]> {
  const document = JSON.parse(await printed(role)) as PolicyDocument;
  expect(document.Version).toBe('2012-10-17');
  return permissionsIn(document, role).map(inOneLine).sort();
}

describe('policy', () => {
  it('operator allows what the commands do, on what belongs to the deployment', async () => {
    expect(await allowed('operator')).toEqual([
      'Allow operator cloudformation:DescribeStacks on arn:aws:cloudformation:us-east-1:000000000000:stack/NetskopeAudit/*',
      'Allow operator cloudformation:DescribeStacks on arn:aws:cloudformation:us-east-1:000000000000:stack/NetskopeAuditSources*/*',
      'Allow operator cloudwatch:DescribeAlarmHistory on arn:aws:cloudwatch:us-east-1:000000000000:alarm:NetskopeAudit-*',
      'Allow operator cloudwatch:DescribeAlarmHistory on arn:aws:cloudwatch:us-east-1:000000000000:alarm:NetskopeAuditSources*-*',
      'Allow operator cloudwatch:DescribeAlarms on arn:aws:cloudwatch:us-east-1:000000000000:alarm:*',
      'Allow operator cloudwatch:GetMetricData on *',
      'Allow operator cloudwatch:SetAlarmState on arn:aws:cloudwatch:us-east-1:000000000000:alarm:NetskopeAudit-*',
      'Allow operator cloudwatch:SetAlarmState on arn:aws:cloudwatch:us-east-1:000000000000:alarm:NetskopeAuditSources*-*',
      'Allow operator dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:000000000000:table/netskope-audit-checkpoints',
      'Allow operator dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:000000000000:table/netskope-audit-detection',
      'Allow operator dynamodb:GetItem on arn:aws:dynamodb:us-east-1:000000000000:table/netskope-audit-checkpoints',
      'Allow operator dynamodb:PutItem on arn:aws:dynamodb:us-east-1:000000000000:table/netskope-audit-checkpoints',
      'Allow operator dynamodb:PutItem on arn:aws:dynamodb:us-east-1:000000000000:table/netskope-audit-detection',
      `Allow operator kms:Decrypt on ${KEY}`,
      'Allow operator lambda:InvokeFunction on arn:aws:lambda:us-east-1:000000000000:function:collector',
      'Allow operator s3:GetObject on arn:aws:s3:::netskope-audit-archive/*',
      'Allow operator s3:ListBucket on arn:aws:s3:::netskope-audit-archive',
      'Allow operator secretsmanager:CreateSecret on arn:aws:secretsmanager:us-east-1:000000000000:secret:netskope-audit/*',
      'Allow operator secretsmanager:DescribeSecret on arn:aws:secretsmanager:us-east-1:000000000000:secret:netskope-audit/*',
      'Allow operator secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:000000000000:secret:netskope-audit/*',
      'Allow operator secretsmanager:PutSecretValue on arn:aws:secretsmanager:us-east-1:000000000000:secret:netskope-audit/*',
      'Allow operator sns:ListSubscriptionsByTopic on arn:aws:sns:us-east-1:000000000000:NetskopeAudit-*NotificationsTopic*',
      'Allow operator sns:ListSubscriptionsByTopic on arn:aws:sns:us-east-1:000000000000:NetskopeAuditSources*-*NotificationsTopic*',
      'Allow operator sns:ListSubscriptionsByTopic on arn:aws:sns:us-east-1:000000000000:alarms',
      'Allow operator sns:ListSubscriptionsByTopic on arn:aws:sns:us-east-1:000000000000:netskope-audit-alerts',
      'Allow operator sns:Publish on arn:aws:sns:us-east-1:000000000000:netskope-audit-alerts',
    ]);
  });

  it('analyst allows to read events and alerts, and queries in the workgroup', async () => {
    const workgroup = 'arn:aws:athena:us-east-1:000000000000:workgroup/netskope-audit';
    const catalog = 'arn:aws:athena:us-east-1:000000000000:datacatalog/AwsDataCatalog';
    const tables = ['catalog', 'database/default', 'database/netskopeaudit', 'table/netskopeaudit/*'];
    expect(await allowed('analyst')).toEqual([
      `Allow analyst athena:BatchGetNamedQuery on ${workgroup}`,
      `Allow analyst athena:BatchGetQueryExecution on ${workgroup}`,
      `Allow analyst athena:GetDatabase on ${catalog}`,
      `Allow analyst athena:GetNamedQuery on ${workgroup}`,
      `Allow analyst athena:GetQueryExecution on ${workgroup}`,
      `Allow analyst athena:GetQueryResults on ${workgroup}`,
      `Allow analyst athena:GetQueryResultsStream on ${workgroup}`,
      `Allow analyst athena:GetTableMetadata on ${catalog}`,
      `Allow analyst athena:GetWorkGroup on ${workgroup}`,
      'Allow analyst athena:ListDataCatalogs on *',
      `Allow analyst athena:ListDatabases on ${catalog}`,
      'Allow analyst athena:ListEngineVersions on *',
      `Allow analyst athena:ListNamedQueries on ${workgroup}`,
      `Allow analyst athena:ListQueryExecutions on ${workgroup}`,
      `Allow analyst athena:ListTableMetadata on ${catalog}`,
      'Allow analyst athena:ListWorkGroups on *',
      `Allow analyst athena:StartQueryExecution on ${workgroup}`,
      `Allow analyst athena:StopQueryExecution on ${workgroup}`,
      'Allow analyst cloudformation:DescribeStacks on arn:aws:cloudformation:us-east-1:000000000000:stack/NetskopeAudit/*',
      'Allow analyst cloudformation:DescribeStacks on arn:aws:cloudformation:us-east-1:000000000000:stack/NetskopeAuditSources*/*',
      'Allow analyst dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:000000000000:table/netskope-audit-checkpoints',
      ...['GetDatabase', 'GetDatabases', 'GetTable', 'GetTables'].flatMap((action) =>
        tables.map((table) => `Allow analyst glue:${action} on arn:aws:glue:us-east-1:000000000000:${table}`),
      ),
      `Allow analyst kms:Decrypt on ${KEY}`,
      `Allow analyst kms:GenerateDataKey on ${KEY}`,
      'Allow analyst s3:AbortMultipartUpload on arn:aws:s3:::netskope-audit-results/*',
      'Allow analyst s3:GetBucketLocation on arn:aws:s3:::netskope-audit-archive',
      'Allow analyst s3:GetBucketLocation on arn:aws:s3:::netskope-audit-results',
      'Allow analyst s3:GetObject on arn:aws:s3:::netskope-audit-archive/*',
      'Allow analyst s3:GetObject on arn:aws:s3:::netskope-audit-results/*',
      'Allow analyst s3:ListBucket on arn:aws:s3:::netskope-audit-archive',
      'Allow analyst s3:ListBucket on arn:aws:s3:::netskope-audit-results',
      'Allow analyst s3:ListBucketMultipartUploads on arn:aws:s3:::netskope-audit-results',
      'Allow analyst s3:ListMultipartUploadParts on arn:aws:s3:::netskope-audit-results/*',
      'Allow analyst s3:PutObject on arn:aws:s3:::netskope-audit-results/*',
    ]);
  });

  it('deployer allows to take the roles of cdk bootstrap, and needs no deployment', async () => {
    const { exitCode, stdout } = await deployed.cli(['policy', 'deployer', '--stack', 'Elsewhere']);
    expect({ exitCode, document: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: 0,
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'AssumeRolesOfCdk',
            Effect: 'Allow',
            Action: ['sts:AssumeRole'],
            Resource: [
              'arn:aws:iam::000000000000:role/cdk-*-deploy-role-000000000000-us-east-1',
              'arn:aws:iam::000000000000:role/cdk-*-file-publishing-role-000000000000-us-east-1',
              'arn:aws:iam::000000000000:role/cdk-*-lookup-role-000000000000-us-east-1',
            ],
          },
        ],
      },
    });
  });

  it('prints the same each time, in lines for a person and in one line as JSON', async () => {
    const text = await printed('operator');
    expect(text).toMatch(/^\{\n {2}"Version": "2012-10-17",\n/);
    expect(await printed('operator')).toBe(text);
    expect(await printed('operator', '--json')).toBe(`${JSON.stringify(JSON.parse(text))}\n`);
  });

  it('keeps what reads and what changes something in statements of their own', async () => {
    const { Statement } = JSON.parse(await printed('operator')) as PolicyDocument;
    const changing = Statement.filter(({ Sid }) => Sid.startsWith('Change'));
    expect(Statement.filter(({ Sid }) => !/^(Read|Change)[A-Z]/.test(Sid))).toEqual([]);
    expect(changing.flatMap(({ Action }) => Action)).toEqual([
      'dynamodb:PutItem',
      'dynamodb:PutItem',
      'secretsmanager:CreateSecret',
      'secretsmanager:PutSecretValue',
      'lambda:InvokeFunction',
      'cloudwatch:SetAlarmState',
      'sns:Publish',
    ]);
  });

  it('leaves out what a deployment without detection and key does not have', async () => {
    deployed.pipeline.aws.stacks.put('Plain', {
      ...OUTPUTS,
      Database: 'plain',
      QueryResultsBucket: 'results',
      Sources: '[]',
    });
    const text = await printed('operator', '--stack', 'Plain');
    expect(text).not.toMatch(/undefined|kms:|detection|sns:Publish/);
  });

  it('says what the stack of an earlier version lacks', async () => {
    deployed.pipeline.aws.stacks.put('Earlier', { ...OUTPUTS, Sources: '[]' });
    expect(await deployed.cli(['policy', 'analyst', '--stack', 'Earlier'])).toEqual({
      exitCode: 4,
      stdout: '',
      stderr:
        '✗ Stack Earlier lacks the outputs Database and QueryResultsBucket, which name what a policy allows.\n' +
        '  Deploy the version of this checkout: npx cdk deploy --all\n',
    });
  });

  it('knows no other role', async () => {
    const { exitCode, stderr } = await deployed.cli(['policy', 'admin']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "'admin' is invalid for argument 'role'. Allowed choices are operator, analyst, deployer.",
    );
  });
});

describe('a policy', () => {
  function policies(outputs: Readonly<Record<string, string>>, stackName: string): PolicyDocument[] {
    const parts = partsOf({ stackName, name: 'AuditProd', outputs } as unknown as Deployment);
    const { tail = {}, ...others } = commandAccess();
    const operator = [tail, ...Object.values(others)];
    return [policyDocument(operator, parts), policyDocument([tail, QUERY_ACCESS], parts)];
  }

  it('is in the partition of its deployment', () => {
    const inChina = Object.fromEntries(
      Object.entries(ALL_OUTPUTS).map(([name, value]) => [
        name,
        value.replace('arn:aws:sns:us-east-1', 'arn:aws-cn:sns:cn-north-1'),
      ]),
    );
    const place = { partition: 'aws-cn', region: 'cn-north-1', account: '000000000000' };
    const text = JSON.stringify([...policies(inChina, 'NetskopeAudit'), deployerPolicy(place)]);
    expect(text).not.toMatch(/arn:aws:|us-east-1/);
    expect(text).toContain('"arn:aws-cn:s3:::netskope-audit-archive"');
    expect(text).toContain('"arn:aws-cn:dynamodb:cn-north-1:000000000000:table/netskope-audit-checkpoints"');
  });

  it('goes by the name of the stack, and for alarms by the name of the deployment', () => {
    const [operator] = policies(ALL_OUTPUTS, 'Prod-Audit');
    expect(JSON.stringify(operator)).toContain(':stack/Prod-Audit/*"');
    expect(JSON.stringify(operator)).toContain(':alarm:AuditProd-*"');
  });

  it('reaches the topic of a source with addresses of its own', () => {
    const [operator] = policies(ALL_OUTPUTS, 'NetskopeAudit');
    const isAllowed = (topic: string): boolean =>
      permissionsIn(operator, 'operator').some((permission) =>
        covers(permission, {
          action: 'sns:ListSubscriptionsByTopic',
          resource: `arn:aws:sns:us-east-1:000000000000:${topic}`,
          conditionValues: {},
        }),
      );
    expect([
      isAllowed('NetskopeAudit-SourcestheirsNotificationsTopic9095C812-QkE1aXpLd0Zy'),
      isAllowed('NetskopeAuditSources2-SourcestheirsNotificationsTopic9095C812-QkE1aXpLd0Zy'),
      isAllowed('somebody-elses'),
    ]).toEqual([true, true, false]);
  });

  it('fits into a policy of IAM, however long the names are', () => {
    const [topic, table, bucket] = ['t'.repeat(256), 't'.repeat(255), 'b'.repeat(63)] as const;
    const topicArn = `arn:aws-us-gov:sns:us-gov-west-1:000000000000:${topic}`;
    const outputs = {
      ArchiveBucket: bucket,
      QueryResultsBucket: bucket,
      CheckpointTable: table,
      DetectionTable: table,
      CollectorFunction: 'f'.repeat(64),
      SecretNamePrefix: `${'N'.repeat(16)}/`,
      Workgroup: 'N'.repeat(16),
      Database: 'n'.repeat(16),
      AlarmTopic: topicArn,
      AlertTopic: topicArn,
      ChatTopic: topicArn,
      ArchiveKey: KEY,
    };
    const lengths = policies(outputs, 'N'.repeat(128)).map((policy) => JSON.stringify(policy).length);
    expect(lengths.filter((length) => length >= MOST_CHARACTERS)).toEqual([]);
  });
});

/** Roles that are to be assumed, in every file that `cdk deploy` reads; CloudFormation itself takes its own. */
function rolesNamedIn(assemblyFolder: string): string[] {
  const texts = readdirSync(assemblyFolder)
    .filter((name) => /^manifest\.json$|\.assets\.json$/.test(name))
    .map((name) => readFileSync(join(assemblyFolder, name), 'utf8'));
  const roles = texts.flatMap((text) => [...text.matchAll(/"(?:assumeRoleArn|arn)": "([^"]+)"/g)]);
  return [...new Set(roles.map(([, arn = '']) => arn))].sort();
}

test('the roles of a deployer are those that cdk deploy takes', () => {
  const app = pipelineApp({
    sources: Array.from({ length: 21 }, (_, index) => ({ id: `tenant-${index + 1}` })),
  });
  const { assemblyFolder } = templatesOf(app)[0] ?? {};
  const place = { partition: '${AWS::Partition}', region: '${AWS::Region}', account: '${AWS::AccountId}' };
  const [{ Resource = [] } = {}] = deployerPolicy(place).Statement;
  const roles = rolesNamedIn(String(assemblyFolder));
  expect(Resource.map((role) => role.replace('*', 'hnb659fds'))).toEqual(roles);
  expect(roles).toEqual([
    'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-deploy-role-${AWS::AccountId}-${AWS::Region}',
    'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-file-publishing-role-${AWS::AccountId}-${AWS::Region}',
    'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-lookup-role-${AWS::AccountId}-${AWS::Region}',
  ]);
});
