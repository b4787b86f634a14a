import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { Search } from '../../../lib/aws/search/search';

const KEY_ARN = 'arn:aws:kms:eu-central-1:123456789012:key/6b1d2c3e-0000-4000-8000-000000000000';

function templateOf(
  sourceIds: readonly string[],
  { keyArn, hasAlerts = true }: { readonly keyArn?: string; readonly hasAlerts?: boolean } = {},
): Template {
  const stack = new Stack(new App(), 'NetskopeAudit');
  new Search(stack, 'Search', {
    feed: AUDIT_FEED,
    bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'archive'),
    key: keyArn === undefined ? undefined : kms.Key.fromKeyArn(stack, 'Key', keyArn),
    accessLogsBucket: new s3.Bucket(stack, 'AccessLogs'),
    sourceIds,
    hasAlerts,
  });
  return Template.fromStack(stack);
}

interface Column {
  readonly Name: string;
  readonly Type: string;
  readonly Comment?: string;
}
interface TableInput {
  readonly Name: string;
  readonly PartitionKeys: readonly Column[];
  readonly Parameters: Readonly<Record<string, string>>;
  readonly StorageDescriptor: Readonly<Record<string, unknown>> & { readonly Columns: readonly Column[] };
}

function tables(template: Template): TableInput[] {
  return Object.values(template.findResources('AWS::Glue::Table')).map(
    (resource) => (resource as { Properties: { TableInput: TableInput } }).Properties.TableInput,
  );
}

function table(name: string, template = templateOf(['netskope'])): TableInput {
  const found = tables(template).find(({ Name }) => Name === name);
  if (found === undefined) throw new Error(`no table ${name}; expected one`);
  return found;
}

function columns({ StorageDescriptor, PartitionKeys }: TableInput): string[] {
  return [...StorageDescriptor.Columns, ...PartitionKeys].map(({ Name, Type }) => `${Name} ${Type}`);
}

function queries(template: Template): string[] {
  return Object.values(template.findResources('AWS::Athena::NamedQuery')).map(
    (resource) => (resource as { Properties: { QueryString: string } }).Properties.QueryString,
  );
}

test('the table has a column for each field of the schema, for each field the collector adds, and for each partition', () => {
  expect(columns(table('netskope_audit'))).toEqual([
    'timestamp string',
    'type string',
    'user string',
    'is_netskope_personnel string',
    'severity_level string',
    'audit_log_event string',
    'supporting_data string',
    'organization_unit string',
    'ur_normalized string',
    'count string',
    '_insertion_epoch_timestamp string',
    '_id string',
    'details string',
    'record_type string',
    'ccl string',
    'samaccountname string',
    'userprincipalname string',
    'p_log_type string',
    'p_event_time timestamp',
    'p_parse_time timestamp',
    'p_source_id string',
    'p_source_label string',
    'p_row_id string',
    'p_any_emails array<string>',
    'p_any_usernames array<string>',
    'p_any_ip_addresses array<string>',
    'p_any_domain_names array<string>',
    'p_changes array<struct<object:string,path:string,before:string,after:string>>',
    'p_edition int',
    'source string',
    'dt string',
    'hour int',
  ]);
});

test('the quarantine has a table of its own with the reasons and the text as received', () => {
  expect(columns(table('netskope_audit_quarantine'))).toEqual([
    'p_log_type string',
    'p_source_id string',
    'arrived_at timestamp',
    'run_id string',
    'errors array<string>',
    'raw string',
    'raw_base64 string',
    'source string',
    'dt string',
  ]);
});

test('redriven events have a table with the place of the rejected line', () => {
  expect(columns(table('netskope_audit_redriven'))).toEqual([
    'p_row_id string',
    'quarantine_key string',
    'line int',
    'redriven_at timestamp',
    'run_id string',
    'source string',
    'dt string',
  ]);
});

test('alerts have a table with a column for each field, and the events that caused them', () => {
  const { StorageDescriptor } = table('netskope_audit_alerts');
  const types = StorageDescriptor.Columns.map(({ Name, Type }) => [Name, Type] as const);
  expect(types).toHaveLength(31);
  expect(Object.fromEntries(types)).toMatchObject({
    schema_version: 'int',
    alert_id: 'string',
    mitre_attack: 'array<string>',
    targets: 'array<string>',
    historic: 'boolean',
    first_event_time: 'string',
    event_count: 'int',
    rows: 'array<struct<row_id:string,event_time:string,what:string,user:string,targets:array<string>,changes:array<string>,addresses:array<string>,event:string>>',
  });
});

test('without detection there is neither a table of alerts nor a query about them', () => {
  const template = templateOf(['netskope'], { hasAlerts: false });
  expect(tables(template).map(({ Name }) => Name)).toEqual([
    'netskope_audit',
    'netskope_audit_lines',
    'netskope_audit_quarantine',
    'netskope_audit_redriven',
    'netskope_audit_events',
    'netskope_audit_ocsf',
  ]);
  expect(queries(template).filter((sql) => sql.includes('alerts'))).toEqual([]);
});

test('lines can be read whole, of every day that an event may have, with no more than a listing a day', () => {
  const lines = table('netskope_audit_lines');
  expect(columns(lines)).toEqual(['raw string', 'source string', 'dt string']);
  expect(lines.Parameters).toMatchObject({
    'projection.source.type': 'injected',
    'projection.dt.range': '2000-01-01,2099-12-31',
    'storage.location.template': 's3://archive/netskope_audit/source=${source}/dt=${dt}/',
  });
  expect(lines.StorageDescriptor).toMatchObject({
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', Parameters: {} },
  });
});

test('partitions are computed from the query, with no crawler: any source, days in UTC, hours of two digits', () => {
  expect(table('netskope_audit').Parameters).toEqual({
    EXTERNAL: 'TRUE',
    classification: 'json',
    'projection.enabled': 'true',
    'projection.source.type': 'injected',
    'projection.dt.type': 'date',
    'projection.dt.format': 'yyyy-MM-dd',
    'projection.dt.range': '2026-01-01,NOW+1DAYS',
    'projection.dt.interval': '1',
    'projection.dt.interval.unit': 'DAYS',
    'projection.hour.type': 'integer',
    'projection.hour.range': '0,23',
    'projection.hour.digits': '2',
    'storage.location.template': 's3://archive/netskope_audit/source=${source}/dt=${dt}/hour=${hour}/',
  });
  const locations = ['quarantine', 'redriven', 'alerts'].map(
    (name) => table(`netskope_audit_${name}`).Parameters['storage.location.template'],
  );
  expect(locations).toEqual([
    's3://archive/quarantine/netskope_audit/source=${source}/dt=${dt}/',
    's3://archive/redriven/netskope_audit/source=${source}/dt=${dt}/',
    's3://archive/alerts/netskope_audit/source=${source}/dt=${dt}/',
  ]);
});

test('gzip lines are read by exact field names, and one line that is not JSON does not stop a query', () => {
  expect(table('netskope_audit').StorageDescriptor).toMatchObject({
    Location: 's3://archive/netskope_audit/',
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      Parameters: {
        'case.insensitive': 'FALSE',
        'ignore.malformed.json': 'TRUE',
        'mapping.samaccountname': 'sAMAccountName',
        'mapping.userprincipalname': 'userPrincipalName',
      },
    },
  });
});

test('the tables do not depend on the sources, so that events of a removed source stay searchable', () => {
  const many = Array.from({ length: 500 }, (_, number) => `tenant-${number}`);
  expect(tables(templateOf(many))).toEqual(tables(templateOf(['netskope'])));
});

test('comments of columns fit into the 255 characters of the Glue catalog', () => {
  const lengths = tables(templateOf(['netskope'])).flatMap((input) =>
    input.StorageDescriptor.Columns.map(({ Comment }) => Comment?.length ?? 0),
  );
  expect(Math.max(...lengths)).toBeLessThanOrEqual(255);
  expect(Math.min(...lengths)).toBeGreaterThan(0);
});

test('the workgroup decides where results go, that they are encrypted, and what a query may read', () => {
  templateOf(['netskope']).hasResourceProperties('AWS::Athena::WorkGroup', {
    Name: 'NetskopeAudit',
    RecursiveDeleteOption: true,
    WorkGroupConfiguration: {
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 100_000_000_000,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: {
        OutputLocation: { 'Fn::Join': ['', ['s3://', { Ref: 'SearchQueryResultsBucketD701271E' }, '/']] },
        EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        ExpectedBucketOwner: { Ref: 'AWS::AccountId' },
      },
    },
  });
});

test('if the archive has a key, the results are encrypted with it, by Athena and by their bucket', () => {
  const template = templateOf(['netskope'], { keyArn: KEY_ARN });
  template.hasResourceProperties('AWS::Athena::WorkGroup', {
    WorkGroupConfiguration: {
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KEY_ARN } },
    },
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY_ARN } }],
    },
  });
});

test('sixteen queries for the first night are saved in the workgroup, each with a sentence that says what it answers', () => {
  const template = templateOf(['netskope']);
  const saved = Object.values(template.findResources('AWS::Athena::NamedQuery')).map(
    (resource) => (resource as { Properties: Record<string, string> }).Properties,
  );
  expect(saved.map(({ Name }) => Name)).toEqual([
    'Latest admin actions',
    'Failed logins by user and IP',
    'Configuration changes',
    'Actions by Netskope personnel',
    'Events per hour with gaps',
    "One user's timeline",
    'New admins',
    'API tokens and service accounts',
    'Addresses seen for the first time',
    'Actions outside working hours',
    "One object's history",
    'What is in quarantine and why',
    'Duplicates (must be none)',
    'Latest alerts',
    'The events of an alert',
    'Alerts with their events',
  ]);
  for (const { Database, WorkGroup, Description, QueryString } of saved) {
    expect([Database, WorkGroup]).toEqual(['netskopeaudit', 'NetskopeAudit']);
    expect(Description).toMatch(/^[A-Z].{20,}\.$/);
    expect(QueryString?.startsWith(`-- ${Description}\n`)).toBe(true);
  }
});

test('every saved query names its sources and its days, or it would read the whole archive', () => {
  for (const sql of queries(templateOf(['netskope', 'emea']))) {
    expect(sql).toContain("WHERE source IN ('netskope', 'emea')\n");
    expect(sql).toMatch(/AND dt >= date_format\(current_date - interval '(7|30|90)' day, '%Y-%m-%d'\)/);
  }
});

test('with many sources a query names twenty, and says how many it leaves out', () => {
  const sources = Array.from({ length: 500 }, (_, number) => `tenant-${number}`);
  for (const sql of queries(templateOf(sources))) {
    expect(sql).toContain("'tenant-18', 'tenant-19')");
    expect(sql).not.toContain("'tenant-20'");
    expect(sql).toContain('-- 480 more sources are collected; name the ones you ask about.\n');
  }
});
