import type { AwsCall, AwsFault } from '../../../lib/local/aws/wire/aws-call';
import { DeployedPipeline, deployedSource, OUTPUTS } from '../deployed-pipeline';

let deployed: DeployedPipeline;

beforeAll(async () => {
  deployed = await DeployedPipeline.start();
});

afterAll(() => deployed.stop());

/** Makes one operation of AWS fail as long as the action lasts. */
async function withFault<Result>(
  operation: string,
  fault: Omit<Extract<AwsFault, { kind: 'error' }>, 'kind'>,
  action: () => Promise<Result>,
): Promise<Result> {
  const { aws } = deployed.pipeline;
  const { hooks } = aws;
  aws.hooks = {
    before: (call: AwsCall) => (call.operation === operation ? { kind: 'error', ...fault } : undefined),
  };
  try {
    return await action();
  } finally {
    aws.hooks = hooks;
  }
}

describe('finding the deployment', () => {
  it('names stack, region and account if there is no deployment', async () => {
    expect(await deployed.cli(['status', '--stack', 'Elsewhere'])).toEqual({
      exitCode: 4,
      stdout: '',
      stderr:
        '✗ There is no stack Elsewhere in region us-east-1 of account 000000000000.\n' +
        '  Deploy it with npx cdk deploy, or name the right place with --stack, --region or --profile; for the archive of npm start add --local.\n',
    });
  });

  it('prints the same as JSON on standard error', async () => {
    const { exitCode, stdout, stderr } = await deployed.cli(['status', '--json', '--stack', 'Elsewhere']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        what: 'There is no stack Elsewhere in region us-east-1 of account 000000000000.',
        exitCode: 4,
      },
    });
  });

  it('names the outputs that a stack of an older version lacks', async () => {
    deployed.pipeline.aws.stacks.put('Older', {
      ArchiveBucket: 'archive',
      AlarmTopic: 'topic',
      Workgroup: 'w',
    });
    const { exitCode, stderr } = await deployed.cli(['status', '--stack', 'Older']);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(
      'lacks the outputs CheckpointTable, CollectorFunction, SecretNamePrefix, Sources.',
    );
    expect(stderr).toContain('npx cdk deploy --all');
  });

  it('shows what it received if the list of sources is not what the stack writes', async () => {
    deployed.pipeline.aws.stacks.put('Altered', { ...OUTPUTS, Sources: '[{"sourceId":7}]' });
    const { exitCode, stderr } = await deployed.cli(['status', '--stack', 'Altered']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      '✗ Output Sources of stack Altered is "[{\\"sourceId\\":7}]"; expected a JSON list of sources.',
    );
  });

  it('finds the sources of further stacks', async () => {
    const { stacks } = deployed.pipeline.aws;
    stacks.put('Large', { ...OUTPUTS, Sources: JSON.stringify([deployedSource('first')]) });
    stacks.put('LargeSources2', { Sources: JSON.stringify([deployedSource('second')]) });
    stacks.put('LargeSources3', { Sources: JSON.stringify([deployedSource('third')]) });
    const { exitCode, stderr } = await deployed.cli(['tail', '--stack', 'Large']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('✗ Which source? Stack Large has first, second, third.\n  Name one of them.\n');
  });

  it('lists the sources if it does not know the named one', async () => {
    const { exitCode, stderr } = await deployed.cli(['tail', 'netscope']);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('✗ Stack NetskopeAudit has no source "netscope"; it has netskope.\n');
  });
});

describe('an AWS call that fails', () => {
  it('is reported with the action that is not allowed', async () => {
    const message =
      'User: arn:aws:iam::000000000000:user/op is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-east-1:000000000000:stack/NetskopeAudit/*';
    const { exitCode, stderr } = await withFault(
      'DescribeStacks',
      { status: 403, code: 'AccessDenied', message },
      () => deployed.cli(['status']),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `✗ AWS denied cloudformation:DescribeStacks: ${message}\n` +
        '  Have cloudformation:DescribeStacks granted to your role, or choose another with --profile.\n',
    );
  });

  it('is reported with the name of the call if AWS does not name the action', async () => {
    const { exitCode, stderr } = await withFault(
      'ListObjectsV2',
      { status: 403, code: 'AccessDenied', message: 'Access Denied' },
      () => deployed.cli(['tail']),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      '✗ AWS denied the call S3 ListObjectsV2: Access Denied\n' +
        '  Have the permission for this call granted to your role, or choose another with --profile.\n',
    );
  });

  it('says that credentials have expired, not that a permission is missing', async () => {
    const message = 'The security token included in the request is expired';
    const { exitCode, stderr } = await withFault(
      'DescribeStacks',
      { status: 403, code: 'ExpiredToken', message },
      () => deployed.cli(['status']),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `✗ AWS refused your credentials at CloudFormation DescribeStacks: ExpiredToken: ${message}\n` +
        '  Sign in again, check --profile, and check that the clock of this machine is right.\n',
    );
  });

  it('is otherwise reported in the words of the service, even inside an error of the collector', async () => {
    const { exitCode, stderr } = await withFault(
      'GetItem',
      { status: 400, code: 'ResourceNotFoundException', message: 'Requested resource not found' },
      () => deployed.cli(['status']),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      '✗ The AWS call DynamoDB GetItem failed: ResourceNotFoundException: Requested resource not found\n' +
        '  Try again in a minute; if it stays so, run npx --no -- netskope-audit doctor.\n',
    );
  });
});

describe('a command that is interrupted', () => {
  it('ends at once, wherever it is, with the exit code of an interruption', async () => {
    const fresh = await DeployedPipeline.start(); // no call of an earlier command is on its way to it
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const arrived = new Promise<void>((resolve) => {
      fresh.pipeline.aws.hooks = { before: () => (resolve(), held) };
    });
    const process = fresh.startCli(['status']);
    await arrived;
    process.interrupt();
    expect(await process.end).toEqual({
      exitCode: 130,
      stdout: '',
      stderr: '✗ Interrupted.\n  What was done stays; the command can be started again.\n',
    });
    letGo();
    await fresh.stop();
  });
});
