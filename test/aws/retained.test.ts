import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Resource, Settings, StackTemplate } from './synthesized-app';
import { pipelineApp, templatesOf } from './synthesized-app';

const WITH_KEY: Settings = { archive: { createKmsKey: true, signing: true } };
const DEPLOYMENTS: readonly { readonly deployment: string; readonly settings: Settings }[] = [
  { deployment: 'with default settings', settings: {} },
  { deployment: 'without detection', settings: { detection: { enabled: false } } },
  { deployment: 'with keys of its own', settings: WITH_KEY },
  {
    deployment: 'of two stacks',
    settings: { sources: Array.from({ length: 21 }, (_, place) => ({ id: `tenant-${place + 1}` })) },
  },
];

/** How an import names a resource of each type (AWS CloudFormation, resource schemas, `primaryIdentifier`). */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::KMS::Key': 'KeyId',
};

const page = (name: string): string => readFileSync(join(__dirname, '../../docs', name), 'utf8');

function retained({ Resources }: StackTemplate): [string, Resource][] {
  return Object.entries(Resources).filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete');
}

/** Logical ids of what a resource refers to, at any depth, with what it waits for. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [argument as string];
    if (name === 'Fn::GetAtt') return [(argument as string[])[0] ?? ''];
    return referencesIn(argument);
  });
}

describe.each(DEPLOYMENTS)('a deployment $deployment', ({ settings }) => {
  const app = pipelineApp(settings);
  const templates = templatesOf(app);

  it('leaves nothing of a failed first try in the way of the next one', () => {
    const wrong = templates.flatMap((template) =>
      retained(template)
        .filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'RetainExceptOnCreate')
        .map(
          ([id, { DeletionPolicy }]) =>
            `${template.stackName}/${id} has DeletionPolicy ${DeletionPolicy}, which also keeps what a failed ` +
            'deployment has made, and its name blocks the next one: use RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE',
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps what an update replaces', () => {
    for (const [id, { UpdateReplacePolicy }] of templates.flatMap(retained))
      expect([id, UpdateReplacePolicy]).toEqual([id, 'Retain']);
  });

  it('has no stack that can be deleted by mistake', () => {
    expect(app.stacks.map(({ terminationProtection }) => terminationProtection)).toEqual(
      templates.map(() => true),
    );
  });

  it('retains only what CloudFormation can import, and what needs nothing else of the stack to be imported', () => {
    for (const template of templates) {
      const kept = retained(template);
      const present = [...kept.map(([id]) => id), 'AWS::AccountId', 'AWS::Partition', 'AWS::Region'];
      for (const [id, { Type, Properties, DependsOn }] of kept) {
        expect([id, Object.keys(IDENTIFIERS)]).toEqual([id, expect.arrayContaining([Type])]);
        const missing = referencesIn(Properties).filter((name) => !present.includes(name));
        expect([id, missing, DependsOn]).toEqual([id, [], undefined]);
      }
    }
  });

  it('gives every resource the same logical id and name whenever it is synthesized', () => {
    expect(templatesOf(pipelineApp(settings)).map(retained)).toEqual(templates.map(retained));
  });
});

/** The name that a template gives a resource instead of CloudFormation. A saved query may have the name of another. */
function fixedName({ Type, Properties = {} }: Resource): unknown {
  if (Type === 'AWS::Athena::NamedQuery') return undefined;
  const { DatabaseInput, TableInput } = Properties as Readonly<
    Record<string, { Name?: unknown } | undefined>
  >;
  const named = Object.entries({ ...Properties, ...DatabaseInput, ...TableInput }).filter(([property]) =>
    /^(Alarm|Bucket|Dashboard|Function|Group|LogGroup|Queue|Role|Table|Topic)?Name$/.test(property),
  );
  // A reference is the name of another resource.
  return named.map(([, name]) => name).find((name) => !JSON.stringify(name).startsWith('{"Ref"'));
}

/**
 * A resource under another logical id is another resource to CloudFormation: it would make an empty archive beside the
 * one in use, and be refused a name that is taken. Where a construct has to move, keep the id with `overrideLogicalId`.
 */
describe('the logical ids of a deployment', () => {
  const [template] = templatesOf(pipelineApp(WITH_KEY)) as [StackTemplate];

  it('stay the same for what is retained', () => {
    expect(Object.fromEntries(retained(template).map(([id, { Type }]) => [id, Type]))).toEqual({
      ArchiveKey3EF5EDE5: 'AWS::KMS::Key',
      ArchiveSigningKey2EEE4D97: 'AWS::KMS::Key',
      ArchiveAccessLogsBucket095C3280: 'AWS::S3::Bucket',
      ArchiveBucket49F1AC64: 'AWS::S3::Bucket',
      CheckpointsTable83451F64: 'AWS::DynamoDB::Table',
      SearchQueryResultsBucketD701271E: 'AWS::S3::Bucket',
      DetectionGroupsTable9B829887: 'AWS::DynamoDB::Table',
      SourcesnetskopeSecret8643D2B1: 'AWS::SecretsManager::Secret',
    });
  });

  it('stay the same for what has a fixed name, and nothing else has one', () => {
    const named = Object.entries(template.Resources).flatMap(([id, resource]) => {
      const name = fixedName(resource);
      return name === undefined ? [] : [[id, name]];
    });
    expect(Object.fromEntries(named)).toEqual({
      SearchDatabase7ADD21AB: 'netskopeaudit',
      SearchAuditTable65AEB50D: 'netskope_audit',
      SearchLinesTable590BD008: 'netskope_audit_lines',
      SearchQuarantineTable2107F680: 'netskope_audit_quarantine',
      SearchRedrivenTable57121187: 'netskope_audit_redriven',
      SearchAlertsTableAECCACBA: 'netskope_audit_alerts',
      SearchEventsView40F36B46: 'netskope_audit_events',
      SearchOcsfView673D4568: 'netskope_audit_ocsf',
      SearchWorkgroup468C8FEB: 'NetskopeAudit',
      CollectorAlarmscollectorerrors0818874B: 'NetskopeAudit-collector-errors',
      CollectorAlarmscollectorthrottlesCEC9A24A: 'NetskopeAudit-collector-throttles',
      CollectorAlarmsdeadletters3CD8A71E: 'NetskopeAudit-dead-letters',
      CollectorAlarmscollectornotinvoked50258185: 'NetskopeAudit-collector-not-invoked',
      DetectorAlarmsdetectionbehind0BAB510C: 'NetskopeAudit-detection-behind',
      DetectorAlarmsdetectorerrorsBCA31B20: 'NetskopeAudit-detector-errors',
      VerificationAlarmarchivedamaged921D0681: 'NetskopeAudit-archive-damaged',
      SourcesnetskopeSecret8643D2B1: 'NetskopeAudit/netskope',
      SourcesnetskopeAlarmsnodataF41E3B14: 'NetskopeAudit-netskope-no-data',
      SourcesnetskopeAlarmsnotrunning7593E8C8: 'NetskopeAudit-netskope-not-running',
      SourcesnetskopeAlarmscredentialsrefusedCB736B45: 'NetskopeAudit-netskope-credentials-refused',
      SourcesnetskopeAlarmsbehind905E5535: 'NetskopeAudit-netskope-behind',
      SourcesnetskopeAlarmsquarantined2DC71646: 'NetskopeAudit-netskope-quarantined',
      SourcesnetskopeAlarmseventsrecovered25BAA98F: 'NetskopeAudit-netskope-events-recovered',
      SourcesnetskopeAlarmseventswithoutgroup0F74C86D: 'NetskopeAudit-netskope-events-without-group',
      SourcesnetskopeAlarmstokenexpiring97488C46: 'NetskopeAudit-netskope-token-expiring',
    });
  });

  it('are listed, with the identifiers, where the guide says what stays behind', () => {
    const listed = [...page('deploy.md').matchAll(/^\|.*\| `(\w+)` +\| `(\w+)` +\|/gm)].map(
      ([, id, name]) => [id, name],
    );
    const kept = retained(template).map(([id, { Type }]) => [id, IDENTIFIERS[Type]]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(kept));
  });
});

describe('the recovery of a deleted stack, as the guide shows it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recovery-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes from the records of CloudFormation the mapping that `cdk import` takes, of what was retained alone', () => {
    const [template] = templatesOf(pipelineApp(WITH_KEY)) as [StackTemplate];
    const records = Object.entries(template.Resources).map(
      ([LogicalResourceId, { Type, DeletionPolicy }]) => ({
        LogicalResourceId,
        ResourceType: Type,
        PhysicalResourceId: `name-of-${LogicalResourceId.slice(0, -8)}`,
        ResourceStatus: DeletionPolicy === 'RetainExceptOnCreate' ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE',
      }),
    );
    writeFileSync(join(folder, 'records.json'), JSON.stringify({ StackResourceSummaries: records }));
    writeFileSync(join(folder, 'aws'), `#!/bin/sh\necho "$@" > asked\ncat records.json\n`);
    chmodSync(join(folder, 'aws'), 0o755);
    const [, script = ''] =
      /```bash\n(aws cloudformation list-stack-resources [^]*?)```/.exec(page('recover.md')) ?? [];
    const PATH = `${folder}${delimiter}${process.env.PATH}`;
    execFileSync('sh', ['-ec', script], { cwd: folder, env: { PATH, STACK_ID: 'arn-of-the-stack' } });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
      'cloudformation list-stack-resources --stack-name arn-of-the-stack --output json\n',
    );
    expect(JSON.parse(readFileSync(join(folder, 'retained.json'), 'utf8'))).toEqual({
      ArchiveKey3EF5EDE5: { KeyId: 'name-of-ArchiveKey' },
      ArchiveSigningKey2EEE4D97: { KeyId: 'name-of-ArchiveSigningKey' },
      ArchiveAccessLogsBucket095C3280: { BucketName: 'name-of-ArchiveAccessLogsBucket' },
      ArchiveBucket49F1AC64: { BucketName: 'name-of-ArchiveBucket' },
      CheckpointsTable83451F64: { TableName: 'name-of-CheckpointsTable' },
      SearchQueryResultsBucketD701271E: { BucketName: 'name-of-SearchQueryResultsBucket' },
      DetectionGroupsTable9B829887: { TableName: 'name-of-DetectionGroupsTable' },
      SourcesnetskopeSecret8643D2B1: { Id: 'name-of-SourcesnetskopeSecret' },
    });
  });
});
