import { DeployedTemplate } from '../deployed-template';
import type { Resource, Settings, StackTemplate } from '../synthesized-app';
import { pipelineApp, pipelineTemplate, resourcesOfType, templatesOf } from '../synthesized-app';
import { inOneLine, permissionsOf } from './permissions';

/** Two stacks, with everything that a deployment can have. */
const EVERYTHING = {
  sources: Array.from({ length: 21 }, (_, index) => ({ id: `tenant-${index + 1}` })),
  archive: { createKmsKey: true },
  detection: { chatNotifications: true },
};

/** Those of one type, of all stacks. */
function resourcesOf(settings: Settings, type: string): Resource[] {
  const resources = templatesOf(pipelineApp(settings)).flatMap(({ Resources }) => Object.values(Resources));
  return resources.filter(({ Type }) => Type === type);
}

describe('tags', () => {
  /** As CloudFormation takes them: a list, or an object where the service has one. */
  function hasTag({ Properties }: Resource): boolean {
    const tags = JSON.stringify(Properties?.Tags ?? {});
    return tags.includes('{"Key":"team","Value":"soc"}') || tags.includes('"team":"soc"');
  }

  it('are on every resource that can have any, and on the stacks', () => {
    const app = pipelineApp({ ...EVERYTHING, tags: { team: 'soc' } });
    const untagged = templatesOf(app).flatMap(({ Resources }) =>
      Object.values(Resources).filter((resource) => !hasTag(resource)),
    );
    expect([...new Set(untagged.map(({ Type }) => Type))].sort()).toEqual(UNTAGGABLE);
    expect(app.stacks.map(({ tags }) => tags.tagValues())).toEqual([{ team: 'soc' }, { team: 'soc' }]);
  });

  /** Types without tags, and those that the CDK does not tag: the tags of the stack reach them if their service has any. */
  const UNTAGGABLE = [
    'AWS::Athena::NamedQuery',
    'AWS::Glue::Database',
    'AWS::Glue::Table',
    'AWS::IAM::Policy',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::S3::BucketPolicy',
    'AWS::SNS::Subscription',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::Scheduler::Schedule',
  ];
});

describe('a permissions boundary', () => {
  const boundaries = (settings: Settings): unknown[] => [
    ...new Set(
      resourcesOf(settings, 'AWS::IAM::Role').map(({ Properties }) =>
        JSON.stringify(Properties.PermissionsBoundary),
      ),
    ),
  ];

  it('given by its name is on every role of every stack, in whatever partition and account', () => {
    expect(boundaries({ ...EVERYTHING, permissionsBoundary: 'platform/developers' })).toEqual([
      '{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::",{"Ref":"AWS::AccountId"},":policy/platform/developers"]]}',
    ]);
  });

  it('given by its ARN is that one', () => {
    expect(boundaries({ permissionsBoundary: 'arn:aws:iam::111122223333:policy/developers' })).toEqual([
      '"arn:aws:iam::111122223333:policy/developers"',
    ]);
  });

  it('is on no role unless it is set', () => {
    expect(boundaries({})).toEqual([undefined]);
  });
});

test.each([
  [{}, 90],
  [{ logRetentionDays: 3653 }, 3653],
])('with %j every log is kept for %i days', (settings, days) => {
  const kept = resourcesOf(settings, 'AWS::Logs::LogGroup').map(
    ({ Properties }) => Properties.RetentionInDays,
  );
  expect(kept).toEqual([days, days, days, days]);
});

describe('a network', () => {
  const network = { subnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], securityGroupIds: ['sg-0a1b2c3d'] };

  const functionsOf = (template: StackTemplate): [string, Resource][] =>
    resourcesOfType(template, 'AWS::Lambda::Function');

  it('is the one of all functions, which come after their permissions and go before', () => {
    const functions = functionsOf(pipelineTemplate({ network }));
    expect(functions.map(([, { Properties }]) => Properties.VpcConfig)).toEqual([
      { SubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], SecurityGroupIds: ['sg-0a1b2c3d'] },
      { SubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], SecurityGroupIds: ['sg-0a1b2c3d'] },
      { SubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], SecurityGroupIds: ['sg-0a1b2c3d'] },
      { SubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], SecurityGroupIds: ['sg-0a1b2c3d'] },
    ]);
    const dependsOn = functions.map(([, { DependsOn = [] }]) => [DependsOn].flat());
    expect(dependsOn.map((ids) => ids.filter((id) => /Policy/.test(id)))).toEqual([
      [expect.stringMatching(/^CollectorRoleDefaultPolicy/)],
      [expect.stringMatching(/^DetectionDetectorRoleDefaultPolicy/)],
      [expect.stringMatching(/^DailyMessageRoleDefaultPolicy/)],
      [expect.stringMatching(/^VerifierRoleDefaultPolicy/)],
    ]);
  });

  it('adds to the permissions only what Lambda needs for network interfaces, and not for the code', () => {
    const permissions = (settings: Settings): string[] =>
      permissionsOf(new DeployedTemplate(pipelineTemplate(settings))).map(inOneLine);
    const before = permissions({});
    const more = permissions({ network }).filter((line) => !before.includes(line));
    const interfaces = (role: string): string[] =>
      [
        'AssignPrivateIpAddresses',
        'CreateNetworkInterface',
        'DeleteNetworkInterface',
        'DescribeNetworkInterfaces',
        'DescribeSubnets',
        'UnassignPrivateIpAddresses',
      ].map((action) => `Allow ${role} ec2:${action} on * if {"Null":{"lambda:SourceFunctionArn":"true"}}`);
    expect(more.sort()).toEqual([
      ...interfaces('CollectorRoleFDAC1528'),
      ...interfaces('DailyMessageRoleD231A2EF'),
      ...interfaces('DetectionDetectorRole911F6D9E'),
      ...interfaces('VerifierRole8FF23367'),
    ]);
  });

  const proxiesOf = (more: object): unknown[] =>
    functionsOf(pipelineTemplate({ network: { ...network, ...more } })).map(([, { Properties }]) => {
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      return [Variables.HTTPS_PROXY, Variables.NO_PROXY];
    });

  it('may have a proxy, which all functions are told, with its exceptions', () => {
    const httpsProxy = 'http://proxy.example.com:3128';
    const told = [httpsProxy, '.amazonaws.com,example.org'];
    expect(proxiesOf({ httpsProxy, noProxy: ['.amazonaws.com', 'example.org'] })).toEqual([
      told,
      told,
      told,
      told,
    ]);
    expect(proxiesOf({ httpsProxy })[0]).toEqual([httpsProxy, undefined]);
    expect(proxiesOf({})[0]).toEqual([undefined, undefined]);
  });

  it('is none unless it is set', () => {
    const functions = functionsOf(pipelineTemplate());
    expect(functions.map(([, { Properties }]) => Properties.VpcConfig)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
