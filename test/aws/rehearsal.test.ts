import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCollector } from '../../lib/build/collector-bundle';
import type { AwsCall } from '../../lib/local/aws/aws-call';
import type { InvocationEnd } from '../../lib/local/function-process';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/simulator-options';
import { lambdaNodeBinary } from '../end-to-end/lambda-node';
import { attemptedCall } from './attempted-call';
import { DeployedCollector } from './deployed-collector';
import { DeployedTemplate } from './deployed-template';
import { covers, permissionsOf } from './permissions';
import { pipelineTemplate } from './synthesised-app';

const TOKEN = 'a-token-that-must-not-be-seen';
const SECRET_NAME = 'NetskopeAudit/netskope';
const CREDENTIALS = { domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2099-12-31' };

/** Names a metric wholly: CloudWatch knows it by nothing else. */
interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

let codeFolder: string;
let simulator: NetskopeSimulator;
let deployed: DeployedCollector;
let ends: Record<'unfilled' | 'interrupted' | 'recovered' | 'redriven' | 'again' | 'refused', InvocationEnd>;

/** Two events and one without an id, of half an hour ago. */
function recentEvents(): SimulatedEvent[] {
  const timestampS = Math.floor(Date.now() / 1000) - 1800;
  const own =
    `"timestamp":${timestampS},"type":"admin_audit_logs","user":"ann@example.com",` +
    '"audit_log_event":"Login Successful","supporting_data":{"data_type":"user","data_values":["198.51.100.7"]}';
  return ['"_id":"first",', '"_id":"second",', ''].map((id) => ({
    text: `{${id}${own}}`,
    timestampS,
    insertedAtS: timestampS,
  }));
}

beforeAll(async () => {
  codeFolder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  bundleCollector(codeFolder);
  simulator = await NetskopeSimulator.start({
    nowMs: Date.now,
    tokens: { valid: [TOKEN] },
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
  });
  simulator.add(recentEvents());
  const template = new DeployedTemplate(pipelineTemplate({}, codeFolder));
  deployed = await DeployedCollector.deploy(template, simulator.url);
  const unfilled = await deployed.invokeAsScheduled();
  await deployed.fillSecret(SECRET_NAME, CREDENTIALS);
  const interrupted = await deployed.invokeAsScheduled(settlesPage);
  const recovered = await deployed.invokeAsScheduled();
  const [redriven, again] = await redriveTwice();
  await deployed.fillSecret(SECRET_NAME, { ...CREDENTIALS, token: 'a-revoked-token' });
  const refused = await deployed.invokeAsScheduled();
  ends = { unfilled, interrupted, recovered, redriven, again, refused };
});

/** Judges an event again that an earlier version is supposed to have rejected, and then once more. */
async function redriveTwice(): Promise<[InvocationEnd, InvocationEnd]> {
  const { ARCHIVE_BUCKET = '' } = variables();
  const key = 'quarantine/netskope_audit/source=netskope/dt=2026-01-01/by-an-earlier-version.ndjson.gz';
  const [{ text: raw } = { text: '' }] = recentEvents();
  await deployed.putLines(ARCHIVE_BUCKET, key, [{ raw: raw.replace('"first"', '"rejected"') }]);
  const task = { kind: 'redrive', fromDay: '2026-01-01', toDay: '2026-01-01' } as const;
  return [await deployed.carryOut(task), await deployed.carryOut(task)];
}

/** Whether the call is the first write of the checkpoint after events were stored. */
function settlesPage({ operation }: AwsCall): boolean {
  return operation === 'PutItem' && deployed.calls.some(({ key }) => key?.startsWith('netskope_audit/'));
}

afterAll(async () => {
  await deployed.stop();
  await simulator.stop();
  rmSync(codeFolder, { recursive: true, force: true });
});

function outcomeOf(end: InvocationEnd): unknown {
  return end.kind === 'returned' ? (end.value as { readonly outcome: unknown }).outcome : end;
}

/** The metrics of the collector that alarms of the template watch. */
function watchedMetrics(): MetricIdentity[] {
  return deployed.template.ofType('AWS::CloudWatch::Alarm').flatMap(([, properties]) => {
    const inExpression = (
      (properties.Metrics ?? []) as { readonly MetricStat?: { readonly Metric: object } }[]
    ).flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
    return [properties, ...inExpression].flatMap(metricIdentity);
  });
}

function metricIdentity(named: object): MetricIdentity[] {
  const {
    Namespace,
    MetricName,
    Dimensions = [],
  } = named as {
    readonly Namespace?: string;
    readonly MetricName?: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  };
  if (Namespace === undefined || MetricName === undefined || Namespace.startsWith('AWS/')) return [];
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return [{ namespace: Namespace, metricName: MetricName, dimensions }];
}

/** Matches the keys of a table's objects, by the location that its partition projection names. */
function keyPattern(tableName: string): RegExp {
  const tables = deployed.template.ofType('AWS::Glue::Table').map(([, { TableInput }]) => TableInput) as {
    readonly Name: string;
    readonly Parameters: Readonly<Record<string, string>>;
  }[];
  const location =
    tables.find(({ Name }) => Name === tableName)?.Parameters['storage.location.template'] ?? '';
  const [bucketId] = deployed.template
    .ofType('AWS::S3::Bucket')
    .map(([id]) => id)
    .filter((id) => id.startsWith('ArchiveBucket'));
  const inBucket = location.replace(`s3://${deployed.template.nameOf(bucketId ?? '')}/`, '');
  return new RegExp(`^${inBucket.replaceAll(/\$\{\w+\}/g, '[a-z0-9-]+')}[^/]+\\.ndjson\\.gz$`);
}

function keysLike(pattern: RegExp): readonly string[] {
  const { ARCHIVE_BUCKET = '' } = variables();
  return deployed.aws.objects.keys(ARCHIVE_BUCKET).filter((key) => pattern.test(key));
}

function variables(): Record<string, string> {
  const { Environment } = deployed.template.onlyOf('AWS::Lambda::Function');
  return (Environment as { readonly Variables: Record<string, string> }).Variables;
}

describe('a deployment as it comes, rehearsed on this machine', () => {
  it('runs on the Node.js that the template names', () => {
    const { Runtime } = deployed.template.onlyOf('AWS::Lambda::Function');
    const version = execFileSync(lambdaNodeBinary(), ['--version'], { encoding: 'utf8' });
    expect(Runtime).toBe(`nodejs${version.replace(/^v(\d+)\..*\n$/, '$1')}.x`);
  });

  it('waits without an error until its secret is filled in', () => {
    expect(outcomeOf(ends.unfilled)).toBe('awaiting-credentials');
  });

  it('fails where DynamoDB refuses to remember what is stored', () => {
    expect(ends.interrupted).toMatchObject({ kind: 'failed', error: { name: 'CheckpointError' } });
  });

  it('makes it good with the next run of the schedule', () => {
    expect(outcomeOf(ends.recovered)).toBe('caught-up');
    expect(ends.recovered).toMatchObject({ value: { sourceId: 'netskope', archived: 2, quarantined: 1 } });
  });

  it('archives what is judged again, and does so once', () => {
    expect(ends.redriven).toMatchObject({ value: { outcome: 'redriven', judged: 1, archived: 1 } });
    expect(ends.again).toMatchObject({ value: { outcome: 'redriven', archived: 0 } });
  });

  it('fails once the token is refused', () => {
    expect(ends.refused).toMatchObject({ kind: 'failed', error: { name: 'CredentialError' } });
  });

  it('stores each event once, where the tables of the template look for them', () => {
    // Those of Netskope's page, and those of the event that was judged again.
    expect(keysLike(keyPattern('netskope_audit'))).toHaveLength(2);
    expect(keysLike(keyPattern('netskope_audit_quarantine'))).toHaveLength(2);
  });

  it('sends every metric of its own that an alarm of the template watches, under its very name', () => {
    const watched = watchedMetrics();
    expect(new Set(watched.map(({ metricName }) => metricName))).toEqual(
      new Set([
        'EventsArchived',
        'RunSucceeded',
        'CredentialsRefused',
        'LagSeconds',
        'EventsQuarantined',
        'TokenDaysLeft',
      ]),
    );
    const silent = watched.filter(
      ({ namespace, metricName, dimensions }) =>
        deployed.aws.metrics.points(namespace, metricName, dimensions).length === 0,
    );
    expect(silent).toEqual([]);
  });
});

describe('the role of the function', () => {
  function role(): ReturnType<typeof permissionsOf> {
    return permissionsOf(deployed.template).filter(({ principal }) => principal.startsWith('CollectorRole'));
  }

  it('allows every call that the function made', () => {
    const refused = deployed.calls
      .map(attemptedCall)
      .filter((call) => !role().some((permission) => covers(permission, call)));
    expect(refused).toEqual([]);
  });

  it('allows nothing else, but to read the line of a run that died, and what Lambda does in its name: to write the log and to put failed runs aside', () => {
    const calls = deployed.calls.map(attemptedCall);
    const unused = role().filter((permission) => !calls.some((call) => covers(permission, call)));
    expect(unused.map(({ action, resource }) => `${action} ${resource.replace(/.*:+/, '')}`)).toEqual([
      's3:GetObject archivebucket49f1ac64/manifest/netskope_audit/*',
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:SendMessage collectorfailuresqueue559af949',
    ]);
  });
});
