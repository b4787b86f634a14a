import { consoleDomain } from '../../../lambdas/contract/deployment/console-domain';
import { pipelineApp, templatesOf } from '../synthesized-app';

/** Two stacks, with everything that a deployment can have. */
const EVERYTHING = {
  sources: Array.from({ length: 21 }, (_, index) => ({ id: `tenant-${index + 1}` })),
  archive: { createKmsKey: true },
  detection: { chatNotifications: true },
  permissionsBoundary: 'developers',
  network: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
};

/** Names of service principals are the same in every partition. */
const SERVICE_PRINCIPAL = /"Service":"[a-z0-9.]+\.amazonaws\.com"/g;

/** The templates as `cdk deploy` makes them with credentials for a region; undefined: without any. */
function templatesFor(region: string | undefined): string {
  const before = process.env.CDK_DEFAULT_REGION;
  try {
    setRegion(region);
    const templates = templatesOf(pipelineApp(EVERYTHING));
    return JSON.stringify(templates.map(({ Resources, Outputs }) => ({ Resources, Outputs })));
  } finally {
    setRegion(before);
  }
}

function setRegion(region: string | undefined): void {
  if (region === undefined) delete process.env.CDK_DEFAULT_REGION;
  else process.env.CDK_DEFAULT_REGION = region;
}

describe.each([
  [undefined, 'console.aws.amazon.com'],
  ['eu-central-1', 'console.aws.amazon.com'],
  ['cn-north-1', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
])('a deployment to %s', (region, domain) => {
  const text = templatesFor(region).replaceAll(SERVICE_PRINCIPAL, '');

  it(`links to ${domain} only`, () => {
    const domains = [...text.matchAll(/\.(console\.[a-z.-]+)/g)].map(([, found]) => found);
    expect(domains.length).toBeGreaterThan(20);
    expect([...new Set(domains)]).toEqual([domain]);
  });

  it('leaves partition, domain of the services and region to CloudFormation', () => {
    const withoutLinks = text.replaceAll(domain, '');
    expect(withoutLinks).not.toMatch(/arn:aws|amazonaws\.com|amazonaws\.cn|aws\.amazon\.com\/[a-z]+\/home/);
    expect(withoutLinks).not.toMatch(/\b(us|eu|cn|us-gov)-(east|west|central|north)-\d\b/);
  });
});

test('the console of a region', () => {
  expect(['us-east-1', 'cn-northwest-1', 'us-gov-east-1'].map(consoleDomain)).toEqual([
    'console.aws.amazon.com',
    'console.amazonaws.cn',
    'console.amazonaws-us-gov.com',
  ]);
});
