import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import type { Settings, StackTemplate } from '../synthesized-app';
import { pipelineApp, resourcesOfType, templatesOf } from '../synthesized-app';

/** CloudFormation user guide, "Quotas": resources and outputs of a template. */
const MAX_RESOURCES = 500;
const MAX_OUTPUTS = 200;

/** Sources named `tenant-1`, `tenant-2`, …, each with all the addresses a source may have. */
function tenants(count: number): { id: string; alarmEmails: string[] }[] {
  const alarmEmails = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`);
  return Array.from({ length: count }, (_, index) => ({ id: `tenant-${index + 1}`, alarmEmails }));
}

function templatesFor(settings: Settings): StackTemplate[] {
  return templatesOf(pipelineApp(settings));
}

/** Stack and logical id of every stateful resource. */
function statefulIds(templates: readonly StackTemplate[]): string[] {
  return templates.flatMap(({ stackName, Resources }) =>
    Object.entries(Resources)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'RetainExceptOnCreate')
      .map(([logicalId]) => `${stackName}/${logicalId}`),
  );
}

afterEach(() => jest.restoreAllMocks());

describe('the application', () => {
  it('is one stack on a fresh clone, so that `cdk deploy` needs no argument', () => {
    expect(pipelineApp().stacks.map(({ stackName }) => stackName)).toEqual(['NetskopeAudit']);
  });

  it('encrypts query results with the key of the archive', () => {
    const [template] = templatesFor({ archive: { createKmsKey: true } });
    const workgroups = Object.values(template?.Resources ?? {}).filter(
      ({ Type }) => Type === 'AWS::Athena::WorkGroup',
    );
    expect(workgroups.map(({ Properties }) => Properties.WorkGroupConfiguration)).toMatchObject([
      {
        ResultConfiguration: {
          EncryptionConfiguration: {
            EncryptionOption: 'SSE_KMS',
            KmsKey: { 'Fn::GetAtt': ['ArchiveKey3EF5EDE5', 'Arn'] },
          },
        },
      },
    ]);
  });

  it('warns if nobody would be notified of an alarm, and only then', () => {
    const warning = Match.stringLikeRegexp('alarmEmails is empty');
    const warningsOf = (alarmEmails: string[]): unknown[] =>
      Annotations.fromStack(pipelineApp({ alarmEmails }).mainStack).findWarning('*', warning);
    jest.spyOn(console, 'error').mockReturnValue();
    expect(warningsOf([])).toHaveLength(1);
    expect(warningsOf(['soc@example.com'])).toHaveLength(0);
  });

  it('without its dashboard differs only by this and its link, in every stack', () => {
    const withoutDashboard = (templates: readonly StackTemplate[]): unknown =>
      templates.map(({ stackName, Resources, Outputs }) => ({
        stackName,
        resources: Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Dashboard'),
        outputs: Object.keys(Outputs).filter((name) => !/^(?:Dashboard|PublishOutput.*)$/.test(name)),
      }));
    const sources = tenants(21);
    const without = templatesFor({ sources, dashboard: false });
    expect(without.flatMap((template) => resourcesOfType(template, 'AWS::CloudWatch::Dashboard'))).toEqual(
      [],
    );
    expect(without.filter(({ Outputs }) => 'Dashboard' in Outputs)).toEqual([]);
    expect(withoutDashboard(without)).toEqual(withoutDashboard(templatesFor({ sources })));
  });

  it('has one dashboard for the sources of up to five stacks, with the alarms of all, and one more for others', () => {
    const templates = templatesFor({ sources: tenants(101) });
    const dashboards = templates.map((template) =>
      resourcesOfType(template, 'AWS::CloudWatch::Dashboard').map(([, { Properties }]) =>
        JSON.stringify(Properties.DashboardBody),
      ),
    );
    expect(dashboards.map(({ length }) => length)).toEqual([2, 0, 0, 0, 0, 0]);
    const [[first = '', second = ''] = []] = dashboards;
    expect(first).toContain('tenant-100');
    expect(first).toContain('alarm:NetskopeAuditSources5-tenant-100-no-data');
    expect(first).not.toContain('tenant-101');
    expect(second).toContain('alarm:NetskopeAuditSources6-tenant-101-no-data');
    expect(second).not.toContain('tenant-100');
  });

  it('stays within the size of a template that CloudFormation takes, with a hundred sources of the longest ids', () => {
    const sources = tenants(100).map((tenant) => ({ ...tenant, id: tenant.id.padEnd(40, 'x') }));
    const [{ assemblyFolder, stackName }] = templatesFor({ sources }) as [StackTemplate];
    // AWS CloudFormation user guide, "Quotas": 1 MB. From 80 % on the CDK warns.
    expect(statSync(join(assemblyFolder, `${stackName}.template.json`)).size).toBeLessThan(800_000);
  });

  it('refuses a wrong context with every problem at once', () => {
    expect(() => pipelineApp({ sources: [{ id: 'A' }, {}] })).toThrow(
      /- sources\[0\]\.id .*\n- sources\[1\] /,
    );
  });
});

describe.each([
  { count: 1, stacks: 1 },
  { count: 10, stacks: 1 },
  { count: 41, stacks: 3 },
])('an application with $count sources', ({ count, stacks }) => {
  const templates = templatesFor({ sources: tenants(count) });

  it(`has ${stacks} stacks, each within the limits of CloudFormation`, () => {
    expect(templates).toHaveLength(stacks);
    for (const { Resources, Outputs } of templates) {
      expect(Object.keys(Resources).length).toBeLessThanOrEqual(MAX_RESOURCES);
      expect(Object.keys(Outputs).length).toBeLessThanOrEqual(MAX_OUTPUTS);
    }
  });

  it('has a secret and a schedule for each source', () => {
    const secretNames = templates.flatMap((template) =>
      resourcesOfType(template, 'AWS::SecretsManager::Secret').map(([, { Properties }]) => Properties.Name),
    );
    expect(secretNames).toEqual(tenants(count).map(({ id }) => `NetskopeAudit/${id}`));
    const schedules = templates
      .flatMap((template) => resourcesOfType(template, 'AWS::Scheduler::Schedule'))
      .filter(([id]) => id.startsWith('Sources'));
    expect(schedules).toHaveLength(count);
  });
});

describe('a source that is added', () => {
  it('beyond the first stack adds nothing to it, so the number of sources has no limit', () => {
    const sizes = [21, 41].map((count) => {
      const [{ Resources, Outputs }] = templatesFor({ sources: tenants(count) }) as [StackTemplate];
      return { resources: Object.keys(Resources).length, outputs: Object.keys(Outputs).length };
    });
    expect(sizes[1]).toEqual(sizes[0]);
  });

  /** Logical ids of every stack, without what belongs to the added source. */
  function idsWithout(added: RegExp, templates: readonly StackTemplate[]): string[] {
    const ids = templates.flatMap(({ stackName, Resources }) =>
      Object.keys(Resources).map((logicalId) => `${stackName}/${logicalId}`),
    );
    return ids.filter((id) => !added.test(id));
  }

  it('moves no resource of the others, whether it is added to their stack or to a further one', () => {
    const before = templatesFor({ sources: tenants(20) });
    const after = templatesFor({ sources: tenants(21) });
    expect(idsWithout(/^NetskopeAuditSources2\//, after)).toEqual(idsWithout(/never/, before));
    expect(statefulIds(after).at(-1)).toBe('NetskopeAuditSources2/Sourcestenant21Secret83894D82');
  });

  it('keeps the alarm names of the others', () => {
    const alarmNames = (templates: readonly StackTemplate[]): unknown[] =>
      templates
        .flatMap((template) => resourcesOfType(template, 'AWS::CloudWatch::Alarm'))
        .map(([, { Properties }]) => Properties.AlarmName);
    const before = alarmNames(templatesFor({ sources: tenants(1) }));
    const after = alarmNames(templatesFor({ sources: tenants(2) }));
    expect(after).toEqual(expect.arrayContaining(before));
    expect(before).toContain('NetskopeAudit-tenant-1-no-data');
  });
});

describe('a source that is retired', () => {
  const sources = tenants(21).map((tenant) => ({ ...tenant, retired: tenant.id === 'tenant-3' }));
  const templates = templatesFor({ sources });

  it('is no longer collected', () => {
    expect(JSON.stringify(templates.map(({ Resources }) => Resources))).not.toContain(
      'sourceId\\":\\"tenant-3\\"',
    );
  });

  it('keeps its place, so that no later source moves to another stack', () => {
    const remaining = statefulIds(templatesFor({ sources: tenants(21) })).filter(
      (id) => !id.includes('Sourcestenant3Secret'),
    );
    expect(statefulIds(templates)).toEqual(remaining);
  });

  it('can still be searched', () => {
    const queries = templates.flatMap((template) => resourcesOfType(template, 'AWS::Athena::NamedQuery'));
    expect(JSON.stringify(queries)).toContain("'tenant-3'");
  });
});
