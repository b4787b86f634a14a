import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertRecord } from '../../lambdas/contract/alert-record';
import { bundleCollector } from '../../lib/build/collector-bundle';
import { bundleDetector } from '../../lib/build/detector-bundle';
import type { AwsCall } from '../../lib/local/aws/aws-call';
import type { InvocationEnd } from '../../lib/local/function-process';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/simulator-options';
import { lambdaNodeBinary } from '../end-to-end/lambda-node';
import { attemptedCall } from './attempted-call';
import { DeployedStack } from './deployed-stack';
import { DeployedTemplate } from './deployed-template';
import { covers, permissionsOf } from './permissions';
import { pipelineTemplate } from './synthesised-app';
import { locations } from './athena-on-duckdb';
import type { GlueTable } from './athena-on-duckdb';
import { watchedMetrics } from './watched-metrics';
import type { AttemptedCall } from './permissions';

const TOKEN = 'a-token-that-must-not-be-seen';
const SECRET_NAME = 'NetskopeAudit/netskope';
const CREDENTIALS = { domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2099-12-31' };

/** Somebody who creates administrators every day. */
const ONBOARDING = 'onboarding@example.com';
const SETTINGS = {
  detection: { rules: { 'admin-account-changed': { exclude: [{ user: ONBOARDING }] } } },
};

let folders: Record<'collector' | 'detector', string>;
let simulator: NetskopeSimulator;
let deployed: DeployedStack;
let ends: Record<'unfilled' | 'interrupted' | 'recovered' | 'redriven' | 'again' | 'refused', InvocationEnd>;
let detections: Record<'first' | 'redelivered' | 'foreign', InvocationEnd>;
let queued: string[];

/** Two events, two administrators created, and one event without an id, of half an hour ago. */
function recentEvents(): SimulatedEvent[] {
  const timestampS = Math.floor(Date.now() / 1000) - 1800;
  const event = (id: string, name = 'Login Successful', user = 'ann@example.com'): SimulatedEvent => ({
    text:
      `{${id}"timestamp":${timestampS},"type":"admin_audit_logs","user":"${user}",` +
      `"audit_log_event":"${name}","supporting_data":{"data_type":"user","data_values":["198.51.100.7"]}}`,
    timestampS,
    insertedAtS: timestampS,
  });
  return [
    event('"_id":"first",'),
    event('"_id":"second",'),
    event('"_id":"created",', 'Created new admin', 'eve@example.com'),
    event('"_id":"expected",', 'Created new admin', ONBOARDING),
    event(''),
  ];
}

beforeAll(async () => {
  const newFolder = (name: string): string => mkdtempSync(join(tmpdir(), `rehearsal-${name}-`));
  folders = { collector: newFolder('collector'), detector: newFolder('detector') };
  bundleCollector(folders.collector);
  simulator = await NetskopeSimulator.start({
    nowMs: Date.now,
    tokens: { valid: [TOKEN] },
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
  });
  simulator.add(recentEvents());
  const template = pipelineTemplate(SETTINGS, {
    codeFolder: folders.collector,
    buildDetector: (tuning) => {
      bundleDetector(folders.detector, tuning);
      return folders.detector;
    },
  });
  deployed = await DeployedStack.deploy(new DeployedTemplate(template), simulator.url);
  await collectInTurns();
  queued = deployed.queued(deployed.keys);
  detections = {
    first: await deployed.detect(queued),
    redelivered: await deployed.detect(queued),
    foreign: await deployed.detect(['{"source":"aws.s3"}']),
  };
});

async function collectInTurns(): Promise<void> {
  const unfilled = await deployed.collect();
  await deployed.fillSecret(SECRET_NAME, CREDENTIALS);
  const interrupted = await deployed.collect(settlesPage);
  const recovered = await deployed.collect();
  const [redriven, again] = await redriveTwice();
  await deployed.fillSecret(SECRET_NAME, { ...CREDENTIALS, token: 'a-revoked-token' });
  const refused = await deployed.collect();
  ends = { unfilled, interrupted, recovered, redriven, again, refused };
}

/** Judges an event again that an earlier version is supposed to have rejected, and then once more. */
async function redriveTwice(): Promise<[InvocationEnd, InvocationEnd]> {
  const key = 'quarantine/netskope_audit/source=netskope/dt=2026-01-01/by-an-earlier-version.ndjson.gz';
  const [{ text: raw } = { text: '' }] = recentEvents();
  await deployed.putLines(key, [{ raw: raw.replace('"first"', '"rejected"') }]);
  const task = { kind: 'redrive', fromDay: '2026-01-01', toDay: '2026-01-01' } as const;
  return [await deployed.carryOut(task), await deployed.carryOut(task)];
}

/** Whether the call is the first write of the checkpoint after events were stored. */
function settlesPage({ operation }: AwsCall): boolean {
  return (
    operation === 'PutItem' && deployed.collector.calls.some(({ key }) => key?.startsWith('netskope_audit/'))
  );
}

afterAll(async () => {
  await deployed.stop();
  await simulator.stop();
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
});

function outcomeOf(end: InvocationEnd): unknown {
  return end.kind === 'returned' ? (end.value as { readonly outcome: unknown }).outcome : end;
}

/** Keys of the archive's bucket that a table of the template reads. */
function keysOf(tableName: string): readonly string[] {
  const { TableInput } = deployed.template
    .ofType('AWS::Glue::Table')
    .map(([, properties]) => properties as unknown as { readonly TableInput: GlueTable })
    .find((table) => table.TableInput.Name === tableName) ?? { TableInput: undefined };
  if (TableInput === undefined) throw new Error(`the template has no table ${tableName}; expected one`);
  const { bucket, partitionsOf } = locations(TableInput);
  expect(bucket).toBe(deployed.archiveBucket);
  return deployed.keys.filter((key) => partitionsOf(key) !== undefined);
}

function alertTopic(): string {
  return deployed.detector.properties.Environment.Variables.ALERT_TOPIC_ARN ?? '';
}

describe('a deployment as it comes, rehearsed on this machine', () => {
  it('runs on the Node.js that the template names', () => {
    const runtimes = [deployed.collector, deployed.detector].map(({ properties }) => properties.Runtime);
    const version = execFileSync(lambdaNodeBinary(), ['--version'], { encoding: 'utf8' });
    expect(new Set(runtimes)).toEqual(new Set([`nodejs${version.replace(/^v(\d+)\..*\n$/, '$1')}.x`]));
  });

  it('waits without an error until its secret is filled in', () => {
    expect(outcomeOf(ends.unfilled)).toBe('awaiting-credentials');
  });

  it('fails where DynamoDB refuses to remember what is stored', () => {
    expect(ends.interrupted).toMatchObject({ kind: 'failed', error: { name: 'CheckpointError' } });
  });

  it('makes it good with the next run of the schedule', () => {
    expect(outcomeOf(ends.recovered)).toBe('caught-up');
    expect(ends.recovered).toMatchObject({ value: { sourceId: 'netskope', archived: 4, quarantined: 1 } });
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
    expect(keysOf('netskope_audit')).toHaveLength(2);
    expect(keysOf('netskope_audit_quarantine')).toHaveLength(2);
    expect(keysOf('netskope_audit_redriven')).toHaveLength(1);
  });

  it('sends every metric of its own that an alarm of the template watches, under its very name', () => {
    const watched = watchedMetrics(deployed.template);
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

describe('detection, rehearsed on what the collector has stored', () => {
  it('is asked to judge every archived object, and nothing else in the bucket', () => {
    const asked = queued.map(
      (body) =>
        (JSON.parse(body) as { readonly detail: { readonly object: { readonly key: string } } }).detail.object
          .key,
    );
    expect(asked).toEqual(keysOf('netskope_audit'));
    expect(deployed.keys.length).toBeGreaterThan(asked.length);
  });

  it('judges them all', () => {
    expect(detections.first).toMatchObject({ kind: 'returned', value: { batchItemFailures: [] } });
  });

  it('stores the alert where the table of alerts looks for it', async () => {
    const [key = '', ...others] = keysOf('netskope_audit_alerts');
    expect(others).toEqual([]);
    expect(await deployed.linesOf(key)).toMatchObject([
      { rule_id: 'admin-account-changed', who: ['eve@example.com'], addresses: ['198.51.100.7'] },
    ]);
  });

  it('tells the readers of its topic once, and where to look for the events', () => {
    const [published, ...others] = deployed.aws.topics.published(alertTopic());
    expect(others).toEqual([]);
    expect(published?.subject).toBe(
      '[CRITICAL] Administrator account created, changed or removed: eve@example.com',
    );
    const { email, sqs } = JSON.parse(published?.message ?? '') as Record<string, string>;
    expect(email).toContain('in workgroup NetskopeAudit: saved query "The events of an alert"');
    expect(email).toContain('FROM "netskopeaudit"."netskope_audit"');
    expect((JSON.parse(sqs ?? '') as AlertRecord).rule_id).toBe('admin-account-changed');
  });

  it('counts what it raised, and what the settings of the deployment exclude', () => {
    const sum = (name: string): number =>
      deployed.aws.metrics
        .points('NetskopeAudit', name, { SourceId: 'netskope' })
        .reduce((total, point) => total + point.sum, 0);
    expect(sum('AlertsRaised')).toBe(1);
    // The same objects were delivered twice.
    expect(sum('EventsExcluded')).toBe(2);
  });

  it('raises nothing when the same objects are delivered again', () => {
    expect(detections.redelivered).toMatchObject({ kind: 'returned', value: { batchItemFailures: [] } });
  });

  it('fails where nothing of a batch can be judged, so that Lambda counts an error', () => {
    expect(detections.foreign).toMatchObject({ kind: 'failed', error: { name: 'BatchError' } });
  });
});

describe.each([
  {
    name: 'collector',
    role: 'CollectorRole',
    forOthers:
      'to read the line of a run that died, and what Lambda does in its name: to write the log and to put failed runs aside',
    unused: [
      's3:GetObject archivebucket49f1ac64/manifest/netskope_audit/*',
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:SendMessage collectorfailuresqueue559af949',
    ],
  },
  {
    name: 'detector',
    role: 'DetectionDetectorRole',
    forOthers: 'what Lambda does in its name: to write the log and to take messages from the queue',
    unused: [
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:DeleteMessage detectionobjectsqueue60264c18',
      'sqs:GetQueueAttributes detectionobjectsqueue60264c18',
      'sqs:ReceiveMessage detectionobjectsqueue60264c18',
    ],
  },
] as const)('the role of the $name', ({ name, role, forOthers, unused }) => {
  const permissions = (): ReturnType<typeof permissionsOf> =>
    permissionsOf(deployed.template).filter(({ principal }) => principal.startsWith(role));
  const calls = (): AttemptedCall[] => deployed[name].calls.map(attemptedCall);

  it('allows every call that the function made', () => {
    const refused = calls().filter((call) => !permissions().some((permission) => covers(permission, call)));
    expect(refused).toEqual([]);
  });

  it(`allows nothing else, but ${forOthers}`, () => {
    const made = calls();
    const others = permissions().filter((permission) => !made.some((call) => covers(permission, call)));
    expect(others.map(({ action, resource }) => `${action} ${resource.replace(/.*:+/, '')}`)).toEqual(unused);
  });
});
