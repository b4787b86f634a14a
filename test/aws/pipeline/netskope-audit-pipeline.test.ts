import { readFileSync } from 'node:fs';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { NetskopeAuditPipelineProps } from '../../../lib/aws/index';
import { NetskopeAuditPipeline } from '../../../lib/aws/index';
import { DeployedTemplate } from '../deployed-template';
import type { StackTemplate } from '../synthesized-app';
import { resourcesOfType } from '../synthesized-app';
import { AuditStage, foreignApp } from './foreign-app';
import { inOneLine, permissionsOf } from './permissions';

const LONG_NAME = `audit-${'of-the-whole-company-'.repeat(5)}x`;
const PRODUCTION = { account: '111122223333', region: 'eu-central-1' };

/** Fixed names of one type of resource. */
function namesOf(template: StackTemplate, type: string, property: string): unknown[] {
  return new DeployedTemplate(template).ofType(type).map(([, properties]) => properties[property]);
}

/** The variables of both functions. */
function variablesOf(template: StackTemplate): Readonly<Record<string, unknown>>[] {
  return new DeployedTemplate(template)
    .ofType('AWS::Lambda::Function')
    .map(([, { Environment }]) => (Environment as { Variables: Record<string, unknown> }).Variables);
}

beforeEach(() => jest.spyOn(console, 'error').mockReturnValue());
afterEach(() => jest.restoreAllMocks());

describe('a pipeline in the app of somebody else, in two stages', () => {
  const app = foreignApp();
  const test = new AuditStage(app, 'Test');
  const production = new AuditStage(app, 'Production', {
    env: PRODUCTION,
    stackName: LONG_NAME,
    pipeline: {
      deploymentName: 'AuditProd',
      sources: [{ id: 'corp', noDataAlarm: false }, { id: 'an-id-of-40-characters-the-longest-there' }],
      alarmEmails: ['soc@example.com'],
      logRetentionDays: 365,
    },
  });
  const templates = { test: test.template(), production: production.template() };

  it('needs no props: one source, under the default name, whatever the stack is called', () => {
    expect(templates.test.stackName).toBe('Test-security-audit');
    expect(namesOf(templates.test, 'AWS::SecretsManager::Secret', 'Name')).toEqual([
      'NetskopeAudit/netskope',
    ]);
    expect(namesOf(templates.test, 'AWS::Athena::WorkGroup', 'Name')).toEqual(['NetskopeAudit']);
    expect(namesOf(templates.test, 'AWS::CloudWatch::Alarm', 'AlarmName')).toContain(
      'NetskopeAudit-netskope-no-data',
    );
    expect(variablesOf(templates.test).map(({ DEPLOYMENT }) => DEPLOYMENT)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('begins every fixed name with the name of the deployment, not with that of the stack', () => {
    const { production: template } = templates;
    expect(namesOf(template, 'AWS::SecretsManager::Secret', 'Name')).toEqual([
      'AuditProd/corp',
      'AuditProd/an-id-of-40-characters-the-longest-there',
    ]);
    expect(namesOf(template, 'AWS::Athena::WorkGroup', 'Name')).toEqual(['AuditProd']);
    expect(namesOf(template, 'AWS::Glue::Database', 'DatabaseInput')).toMatchObject([{ Name: 'auditprod' }]);
    const alarmNames = namesOf(template, 'AWS::CloudWatch::Alarm', 'AlarmName') as string[];
    expect(alarmNames).toContain('AuditProd-corp-behind');
    expect(alarmNames.filter((name) => !name.startsWith('AuditProd-'))).toEqual([]);
    expect(variablesOf(template).map(({ DEPLOYMENT }) => DEPLOYMENT)).toEqual([
      'AuditProd',
      'AuditProd',
      undefined,
    ]);
  });

  it('has rules for recoveries whose names the role admits, however long the name of the stack is', () => {
    const { production: template } = templates;
    const names = namesOf(template, 'AWS::Events::Rule', 'Name').filter((name) => name !== undefined);
    // One for all that are over, one for a collector that is not invoked.
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^AuditProd-[\w-]{1,54}$/);
    expect(new Set(names).size).toBe(2);
    const policies = JSON.stringify(resourcesOfType(template, 'AWS::IAM::Role'));
    expect(policies).toContain(':rule/AuditProd-*');
    expect(policies).not.toContain(LONG_NAME);
  });

  it('tells the command line the name of the deployment, and the detector how to call the command line', () => {
    expect(templates.production.Outputs.DeploymentName).toMatchObject({ Value: 'AuditProd' });
    expect(templates.test.Outputs.DeploymentName).toMatchObject({ Value: 'NetskopeAudit' });
    expect(variablesOf(templates.test).map(({ STACK_NAME }) => STACK_NAME)).toEqual([
      undefined,
      'Test-security-audit',
      undefined,
    ]);
    expect(Object.keys(templates.test.Outputs)).toEqual(
      expect.arrayContaining(['ArchiveBucket', 'CheckpointTable', 'CollectorFunction', 'SecretNamePrefix']),
    );
  });

  it('brings both functions along, with the settings of detection', () => {
    const [collector, detector] = new DeployedTemplate(templates.test).ofType('AWS::Lambda::Function');
    const entry = ([, { Code }]: [string, Record<string, unknown>]): string => {
      const [, hash = ''] = /([0-9a-f]{64})\.zip/.exec(JSON.stringify(Code)) ?? [];
      return `${templates.test.assemblyFolder}/../asset.${hash}`;
    };
    if (collector === undefined || detector === undefined) throw new Error('expected two functions');
    expect(readFileSync(`${entry(collector)}/index.cjs`, 'utf8')).toContain('handler');
    expect(JSON.parse(readFileSync(`${entry(detector)}/detection.json`, 'utf8'))).toEqual({});
  });

  it('lets a role of the host read the archive', () => {
    const [policy] = Object.entries(templates.test.Resources).filter(([id]) =>
      id.startsWith('AnalystDefaultPolicy'),
    );
    expect(policy?.[1].Properties.PolicyDocument).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'],
          Resource: [
            { 'Fn::GetAtt': ['AuditArchiveBucket73361C2D', 'Arn'] },
            { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['AuditArchiveBucket73361C2D', 'Arn'] }, '/*']] },
          ],
        },
      ],
    });
  });

  it('has its alarms and metrics as properties', () => {
    const ofCorp = production.pipeline.alarms.filter(({ node }) => node.path.includes('/corp/'));
    expect(ofCorp.map(({ node }) => node.id)).toEqual([
      'not-running',
      'credentials-refused',
      'behind',
      'quarantined',
      'events-recovered',
      'events-without-group',
      'token-expiring',
    ]);
    expect(test.pipeline.alarms.map(({ node }) => node.id)).toEqual(
      expect.arrayContaining(['no-data', 'collector-errors', 'dead-letters', 'detector-errors']),
    );
    const lag = production.pipeline.metric('LagSeconds', 'corp');
    expect(lag.toMetricConfig().metricStat).toMatchObject({
      namespace: 'NetskopeAudit',
      metricName: 'LagSeconds',
      dimensions: [
        { name: 'Deployment', value: 'AuditProd' },
        { name: 'SourceId', value: 'corp' },
      ],
      statistic: 'Maximum',
    });
    expect(test.pipeline.metric('EventsArchived', 'netskope').statistic).toBe('Sum');
  });

  it('keeps logs as long as its props say', () => {
    const days = (template: StackTemplate): unknown[] =>
      namesOf(template, 'AWS::Logs::LogGroup', 'RetentionInDays');
    expect(days(templates.test)).toEqual([90, 90, 90, 90]);
    expect(days(templates.production)).toEqual([365, 365, 365, 365]);
  });
});

describe('the feature flags of the app around', () => {
  const recommended = JSON.parse(
    readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
  ) as Record<string, unknown>;
  const [without, withThem] = [{}, recommended].map((context) =>
    new AuditStage(foreignApp(context), 'Test').template(),
  ) as [StackTemplate, StackTemplate];

  it('change no resource but the form of policies', () => {
    const resources = ({ Resources }: StackTemplate): unknown[] =>
      Object.entries(Resources).map(([id, resource]) => `${id} ${withoutPolicies(resource)}`);
    expect(resources(without).length).toBeGreaterThan(60);
    expect(resources(withThem)).toEqual(resources(without));
  });

  it('change no permission', () => {
    const permissions = (template: StackTemplate): string[] =>
      permissionsOf(new DeployedTemplate(template)).map(inOneLine).sort();
    expect(permissions(without)).toContain(
      'Allow Analyst5C91540F s3:GetBucket* on arn:aws:s3:::auditarchivebucket73361c2d',
    );
    expect(permissions(withThem)).toEqual(permissions(without));
  });

  function withoutPolicies(resource: unknown): string {
    return JSON.stringify(resource, (name, value: unknown) =>
      name === 'PolicyDocument' ? undefined : value,
    );
  }
});

describe('the props', () => {
  /** What is wrong with props of a pipeline in stack `Host`. */
  function refusal(props: NetskopeAuditPipelineProps): string {
    try {
      new NetskopeAuditPipeline(new Stack(new App(), 'Host'), 'Audit', props);
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  }

  it('are refused with every problem at once, by the rules of cdk.json', () => {
    const wrong = { sources: [{ id: 'Corp' }], deploymentName: 'audit-prod', stackName: 'Audit' };
    expect(refusal(wrong)).toBe(
      'NetskopeAuditPipeline Host/Audit cannot be deployed:\n' +
        '- props has an unknown setting "stackName"; expected one of sources, fleet, allowedDomains, alarmEmails, runbookUrl, dashboard, dailyMessage, archive, adopt, detection, logRetentionDays, network, deploymentName\n' +
        '- sources[0].id is "Corp"; expected lower-case letters, digits and hyphens, 40 at most, a letter first\n' +
        '- deploymentName is "audit-prod"; expected letters and digits, 16 at most, a letter first, not ending in Sources and a number; ' +
        'two pipelines in one account and region need names that differ in more than upper and lower case',
    );
  });

  it('have as many sources as a stack has room for; the refusal says where more can go', () => {
    const sources = Array.from({ length: 21 }, (_, index) => ({ id: `tenant-${index + 1}` }));
    expect(refusal({ sources: sources.slice(1) })).toBe('none');
    expect(refusal({ sources })).toContain(
      'expected a list of 1 to 20 sources, for a stack has room for no more; put further ones into a second ' +
        'NetskopeAuditPipeline, in a stack and with a deploymentName of its own',
    );
  });

  it('may leave out anything, or set it to undefined', () => {
    expect(refusal({ sources: undefined, network: undefined, archive: { objectLock: undefined } })).toBe(
      'none',
    );
  });

  it('may name a key, a network, and what is adopted, if the same app makes it', () => {
    const stage = new Stack(foreignApp(), 'Host');
    const { subnetId = '' } = new Vpc(stage, 'Vpc').privateSubnets[0] ?? {};
    new NetskopeAuditPipeline(stage, 'Audit', {
      archive: { kmsKeyArn: new Key(stage, 'Key').keyArn },
      adopt: {
        archiveBucket: new Bucket(stage, 'Archive').bucketName,
        alarmTopicArn: new Topic(stage, 'Topic').topicArn,
      },
      network: { subnetIds: [subnetId], securityGroupIds: ['sg-0a1b2c3d'] },
    });
    expect(refusal({ archive: { kmsKeyArn: 'my-key' } })).toContain('- archive.kmsKeyArn is "my-key"');
  });
});

describe('a stack', () => {
  it('has one pipeline, for the command line goes by its outputs', () => {
    const stack = new Stack(foreignApp(), 'Host');
    new NetskopeAuditPipeline(stack, 'Audit');
    expect(() => new NetskopeAuditPipeline(stack, 'Second', { deploymentName: 'Second' })).toThrow(
      'Host/Second is a second NetskopeAuditPipeline in its stack, beside Host/Audit; expected one a stack. ' +
        'Give the other one a stack, and a deploymentName if both are in one account and region.',
    );
  });

  it('may be nested, where its name is known only to CloudFormation', () => {
    const app = foreignApp();
    const nested = new NestedStack(new Stack(app, 'Host'), 'Nested');
    new NetskopeAuditPipeline(nested, 'Audit', { deploymentName: 'Inner' });
    app.synth({ skipValidation: true });
    const template = JSON.parse(
      readFileSync(`${app.outdir}/${nested.templateFile}`, 'utf8'),
    ) as StackTemplate;
    expect(template.Outputs.DeploymentName).toMatchObject({ Value: 'Inner' });
    const names = resourcesOfType(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties.Name);
    expect(names.filter((name) => name !== undefined)).toEqual([
      expect.stringMatching(/^Inner-/),
      expect.stringMatching(/^Inner-/),
    ]);
  });
});
