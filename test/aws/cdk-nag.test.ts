import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { NetskopeAuditPipeline } from '../../lib/aws/index';
import { foreignApp } from './pipeline/foreign-app';
import { pipelineApp } from './synthesized-app';

const EVERY_OPTION = {
  sources: [{ id: 'ours' }, { id: 'theirs', alarmEmails: ['team@example.com'] }],
  archive: {
    createKmsKey: true,
    signing: true,
    objectLock: { mode: 'COMPLIANCE', days: 365 },
    expireAfterDays: 730,
  },
  tags: { 'cost-center': '4711' },
  permissionsBoundary: 'developers',
  network: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
};

/** Settings of two stacks, with a gap left by a retired source. */
const TWO_STACKS = {
  sources: Array.from({ length: 21 }, (_, place) => ({ id: `tenant-${place + 1}`, retired: place === 2 })),
  dashboard: false,
};

const ADOPTING = {
  sources: [{ id: 'corp', secret: 'security/corp' }],
  adopt: {
    archiveBucket: 'audit-archive',
    checkpointTable: 'audit-checkpoints',
    alarmTopicArn: 'arn:aws:sns:us-east-1:111122223333:soc',
    glueDatabase: 'security',
  },
  detection: { enabled: false }, // with it, a warning says what the bucket needs
};
const FLEET = { ...EVERY_OPTION, sources: undefined, fleet: true };

/** All other tests skip this validation. */
beforeAll(() => {
  delete process.env.CDK_VALIDATION;
});
afterAll(() => {
  process.env.CDK_VALIDATION = 'false';
});
afterEach(() => jest.restoreAllMocks());

interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** What the rules and the CDK's own validation found, and what was acknowledged, by resource. */
interface Verdict {
  readonly violations: readonly unknown[];
  readonly acknowledged: Readonly<Record<string, readonly Acknowledgement[]>>;
}

/** @throws the error of a synthesis that violates a rule */
function reviewed(app: App): Verdict {
  const writeSuppressionsToCloudFormation = true;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation }));
  const { directory, stacks } = app.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as {
    readonly pluginReports: readonly { readonly violations: readonly unknown[] }[];
  };
  const [stack] = stacks;
  const { Resources } = stack?.template as {
    readonly Resources: Record<
      string,
      { Metadata?: { cdk_nag?: { rules_to_suppress: readonly Acknowledgement[] } } }
    >;
  };
  const acknowledged = Object.entries(Resources).flatMap(([id, { Metadata }]) =>
    Metadata?.cdk_nag === undefined ? [] : [[id, Metadata.cdk_nag.rules_to_suppress] as const],
  );
  return {
    violations: report.pluginReports.flatMap(({ violations }) => violations),
    acknowledged: Object.fromEntries(acknowledged),
  };
}

describe('the AwsSolutions rules and the validation of the CDK', () => {
  it.each([
    { deployment: 'with default settings', settings: {} },
    { deployment: 'with every option', settings: EVERY_OPTION },
    { deployment: 'of two stacks', settings: TWO_STACKS },
    { deployment: 'that adopts what exists', settings: ADOPTING },
    { deployment: 'of a fleet', settings: FLEET },
  ])('find no error and no warning in a deployment $deployment', ({ settings }) => {
    expect(reviewed(pipelineApp(settings)).violations).toEqual([]);
  });

  it.each([
    { flags: 'no feature flags', context: {} },
    {
      flags: 'feature flags that make ARNs whole',
      context: { '@aws-cdk/core:enablePartitionLiterals': true },
    },
  ])(
    'find none in the app of somebody else, with $flags, where account and region are known',
    ({ context }) => {
      const app = foreignApp(context);
      const env = { account: '111122223333', region: 'eu-central-1' };
      new NetskopeAuditPipeline(new Stack(app, 'security-audit', { env }), 'Audit', {
        deploymentName: 'AuditProd',
        alarmEmails: ['soc@example.com'],
        network: EVERY_OPTION.network,
      });
      expect(reviewed(app).violations).toEqual([]);
    },
  );

  it('stop the synthesis if a bucket accepts requests without TLS', () => {
    jest.spyOn(console, 'error').mockReturnValue();
    const app = pipelineApp();
    new Bucket(app.mainStack, 'Careless');
    expect(() => reviewed(app)).toThrow(
      'The S3 Bucket or bucket policy does not require requests to use SSL',
    );
  });

  it('stop the synthesis if a resource has a property that does not exist', () => {
    jest.spyOn(console, 'error').mockReturnValue();
    const app = pipelineApp();
    const properties = { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: {}, Misspelt: 'x' };
    new CfnResource(app.mainStack, 'Careless', { type: 'AWS::Glue::Database', properties });
    expect(() => reviewed(app)).toThrow(/Misspelt/);
  });

  it('are acknowledged only in these places, on one resource each, with a reason', () => {
    const { acknowledged } = reviewed(pipelineApp());
    const answers = Object.entries(acknowledged).map(([resource, rules]) => [
      resource,
      rules.map(({ id }) => id),
    ]);
    expect(Object.fromEntries(answers)).toEqual({
      ArchiveAccessLogsBucket095C3280: ['AwsSolutions-S1'],
      CollectorFailuresQueue559AF949: ['AwsSolutions-SQS3'],
      CollectorRoleFDAC1528: [
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/quarantine/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/redriven/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/quarantine/pages/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/redriven/pages/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/manifest/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:NetskopeAudit/*]',
        'AwsSolutions-IAM5[Resource::*]',
      ],
      DailyMessageRoleD231A2EF: [
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/heads/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::*]',
      ],
      DetectionDetectorRole911F6D9E: [
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/alerts/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/manifest/alerts/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::*]',
      ],
      DetectionGroupsTable9B829887: ['AwsSolutions-DDB3'],
      DetectionObjectsUndetectedQueue2D24985B: ['AwsSolutions-SQS3'],
      SchedulesUndeliveredQueueF987B4E9: ['AwsSolutions-SQS3'],
      SourcesnetskopeSecret8643D2B1: ['AwsSolutions-SMG4'],
      VerifierRole8FF23367: [
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/quarantine/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/quarantine/pages/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/redriven/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/redriven/pages/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/manifest/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/alerts/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/manifest/alerts/netskope_audit/*]',
        'AwsSolutions-IAM5[Resource::*]',
      ],
    });
    for (const { reason } of Object.values(acknowledged).flat()) expect(reason).toMatch(/^.{30,}\.$/);
  });
});
