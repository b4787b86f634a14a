import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertRecord } from '../../lambdas/contract/storage/alert-record';
import {
  bundleCollector,
  bundleDailyMessage,
  bundleDetector,
  bundleVerifier,
} from '../../lib/build/function-bundles';
import { lambdaNodeBinary } from '../../lib/build/lambda-node';
import type { AwsCall } from '../../lib/local/aws/wire/aws-call';
import type { InvocationEnd } from '../../lib/local/function-process';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import { StagedClock } from '../../lib/tools/transcripts/staged-clock';
import { DeployedStack } from './deployed-stack';
import { DeployedTemplate } from './deployed-template';
import type { AttemptedCall } from './pipeline/permissions';
import { attemptedCall, covers, permissionsOf } from './pipeline/permissions';
import type { GlueTable } from './search/athena-on-duckdb';
import { locations } from './search/athena-on-duckdb';
import { pipelineTemplate } from './synthesized-app';
import { watchedMetrics } from './watch/watched-metrics';

const TOKEN = 'a-token-that-must-not-be-seen';
const SECRET_NAME = 'NetskopeAudit/netskope';
const CREDENTIALS = { domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2099-12-31' };

/** A user who creates administrators every day, which the settings exclude. */
const ONBOARDING = 'onboarding@example.com';
const SETTINGS = {
  detection: { rules: { 'admin-account-changed': { exclude: [{ user: ONBOARDING }] } } },
};

let folders: Record<'collector' | 'detector' | 'dailyMessage' | 'verifier', string>;
const clock = new StagedClock(Date.now());
let simulator: NetskopeSimulator;
let deployed: DeployedStack;
let ends: Record<
  'unfilled' | 'interrupted' | 'meanwhile' | 'recovered' | 'rechecked' | 'redriven' | 'again' | 'refused',
  InvocationEnd
>;
let detections: Record<'swept' | 'first' | 'redelivered' | 'foreign', InvocationEnd>;
let swept: InvocationEnd;
let told: InvocationEnd;
let verified: InvocationEnd;
let queued: string[];

interface EventOptions {
  readonly name?: string;
  readonly user?: string;
  readonly address?: string;
  readonly hoursAgo?: number;
}

/** @param id its JSON member with a comma; empty for an event without an id */
function event(
  id: string,
  {
    name = 'Login Successful',
    user = 'ann@example.com',
    address = '198.51.100.7',
    hoursAgo = 0.5,
  }: EventOptions = {},
): SimulatedEvent {
  const timestampS = Math.floor(clock.nowMs() / 1000 - hoursAgo * 3600);
  return {
    text:
      `{${id}"timestamp":${timestampS},"type":"admin_audit_logs","user":"${user}",` +
      `"audit_log_event":"${name}","supporting_data":{"data_type":"user","data_values":["${address}"]}}`,
    timestampS,
    insertedAtS: timestampS,
  };
}

/** Two events, one without user and address, two administrators created, and one without an id, of half an hour ago. */
function recentEvents(): SimulatedEvent[] {
  return [
    event('"_id":"first",'),
    event('"_id":"second",'),
    event('"_id":"hidden",', { user: 'redacted', address: 'redacted' }),
    event('"_id":"created",', { name: 'Created new admin', user: 'eve@example.com' }),
    event('"_id":"expected",', { name: 'Created new admin', user: ONBOARDING }),
    event(''),
  ];
}

beforeAll(async () => {
  const newFolder = (name: string): string => mkdtempSync(join(tmpdir(), `rehearsal-${name}-`));
  folders = {
    collector: newFolder('collector'),
    detector: newFolder('detector'),
    dailyMessage: newFolder('daily-message'),
    verifier: newFolder('verifier'),
  };
  bundleCollector(folders.collector);
  simulator = await NetskopeSimulator.start({
    nowMs: clock.nowMs,
    walksBy: 'event-time',
    tokens: { valid: [TOKEN] },
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
  });
  simulator.add(recentEvents());
  const template = pipelineTemplate(SETTINGS, {
    codeFolder: folders.collector,
    buildDetector: (tuning, rulesFolder) => {
      bundleDetector(folders.detector, tuning, rulesFolder);
      return folders.detector;
    },
    buildDailyMessage: () => {
      bundleDailyMessage(folders.dailyMessage);
      return folders.dailyMessage;
    },
    buildVerifier: () => {
      bundleVerifier(folders.verifier);
      return folders.verifier;
    },
  });
  deployed = await DeployedStack.deploy(new DeployedTemplate(template), {
    clock,
    netskopeUrl: simulator.url,
  });
  await collectInTurns();
  verified = await deployed.verify();
  told = await deployed.tellDaily();
  queued = deployed.queued(deployed.keys);
  detections = {
    swept,
    first: await deployed.detect(queued),
    redelivered: await deployed.detect(queued),
    foreign: await deployed.detect(['{"source":"aws.s3"}']),
  };
}, 180_000); // with the waits between five tries of a page

async function collectInTurns(): Promise<void> {
  const unfilled = await deployed.collect();
  await deployed.fillSecret(SECRET_NAME, CREDENTIALS);
  const interrupted = await deployed.collect(commitsPage);
  const meanwhile = await deployed.collect();
  await deployed.pass(12);
  const recovered = await deployed.collect();
  // The first message cannot be published; the schedule makes up for it.
  await deployed.detect(deployed.queued(deployed.keys), ({ operation }) => operation === 'Publish');
  await deployed.pass(5);
  swept = await deployed.sweep();
  const rechecked = await recheckAfterADay();
  const [redriven, again] = await redriveTwice();
  await deployed.fillSecret(SECRET_NAME, { ...CREDENTIALS, token: 'a-revoked-token' });
  const refused = await deployed.collect();
  ends = {
    unfilled,
    interrupted,
    meanwhile,
    recovered,
    rechecked,
    redriven,
    again,
    refused,
  };
}

/**
 * Two events appear so late that the live feed, on this tenant, never reaches them. One damages its page, in the first
 * hour of the recheck: no other hour's page contains it.
 */
async function recheckAfterADay(): Promise<InvocationEnd> {
  await deployed.pass(24 * 60);
  const insertedAtS = Math.floor(clock.nowMs() / 1000);
  simulator.add([
    { ...event('"_id":"late",', { hoursAgo: 40 }), insertedAtS },
    { ...event('"_id":"spoiled",', { hoursAgo: 48 }), insertedAtS, poison: 'unbalanced-quote' },
  ]);
  return deployed.collect();
}

/** Redrives an event and a page that an earlier version is supposed to have rejected; and then once more. */
async function redriveTwice(): Promise<[InvocationEnd, InvocationEnd]> {
  const place = 'netskope_audit/source=netskope/dt=2026-01-01/by-an-earlier-version';
  await deployed.putLines(`quarantine/${place}.ndjson.gz`, [{ raw: event('"_id":"rejected",').text }]);
  const { text, timestampS } = event('"_id":"kept",');
  const page = `{"ok":1,"result":[${text}],"timestamp_hwm":${timestampS},"wait_time":0}`;
  await deployed.putObject(`quarantine/pages/${place}.page`, page);
  const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
  const earlier = { kind: 'redrive', fromDay: '2026-01-01', toDay: '2026-01-01' } as const;
  const redriven = await deployed.carryOut(earlier);
  await deployed.carryOut({ kind: 'redrive', fromDay: today, toDay: today });
  // One that does not end has the next look for marks that it may have left.
  const interrupted = await deployed.carryOut(earlier, ({ operation }) => operation === 'GetObject');
  expect(interrupted).toMatchObject({ kind: 'failed', error: { name: 'ArchiveError' } });
  return [redriven, await deployed.carryOut(earlier)];
}

/** Whether the call is a write of the checkpoint after events were stored. */
function commitsPage({ operation }: AwsCall): boolean {
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

describe('a deployment with default settings, rehearsed on this machine', () => {
  it('runs on the Node.js that the template names', () => {
    const runtimes = [deployed.collector, deployed.detector, deployed.dailyMessage, deployed.verifier].map(
      ({ properties }) => properties.Runtime,
    );
    const version = execFileSync(lambdaNodeBinary(), ['--version'], { encoding: 'utf8' });
    expect(new Set(runtimes)).toEqual(new Set([`nodejs${version.replace(/^v(\d+)\..*\n$/, '$1')}.x`]));
  });

  it('waits without an error until its secret is filled', () => {
    expect(outcomeOf(ends.unfilled)).toBe('awaiting-credentials');
  });

  it('fails if DynamoDB refuses the commit of a stored page, and to take the lease back', () => {
    expect(ends.interrupted).toMatchObject({ kind: 'failed', error: { name: 'CheckpointError' } });
  });

  it('commits that page in the first run after the lease has ended', () => {
    expect(outcomeOf(ends.meanwhile)).toBe('already-running');
    expect(outcomeOf(ends.recovered)).toBe('caught-up');
    expect(ends.recovered).toMatchObject({ value: { sourceId: 'netskope', archived: 5, quarantined: 1 } });
  });

  it('recovers a day later what the live feed had lost, and keeps the page that cannot be read', () => {
    expect(ends.rechecked).toMatchObject({
      value: { outcome: 'caught-up', recheck: { state: 'done', archived: 1, quarantined: 1 } },
    });
    expect(deployed.keys.filter((key) => key.startsWith('quarantine/pages/'))).toHaveLength(2);
  });

  it('archives redriven events once', () => {
    const pages = { redriven: 1, archived: 1 };
    expect(ends.redriven).toMatchObject({ value: { outcome: 'redriven', judged: 1, archived: 1, pages } });
    const none = { redriven: 0, archived: 0 };
    expect(ends.again).toMatchObject({ value: { outcome: 'redriven', archived: 0, pages: none } });
  });

  it('fails once the token is refused', () => {
    expect(ends.refused).toMatchObject({ kind: 'failed', error: { name: 'CredentialError' } });
  });

  it('stores each event once, where the tables of the template read it', () => {
    // Those of Netskope's page, of the recheck, and of the event and the page that were redriven.
    expect(keysOf('netskope_audit')).toHaveLength(4);
    expect(keysOf('netskope_audit_quarantine')).toHaveLength(2);
    expect(keysOf('netskope_audit_redriven')).toHaveLength(1);
  });

  it('sends every metric of its own that an alarm of the template watches, under exactly that name', () => {
    const watched = watchedMetrics(deployed.template);
    expect(new Set(watched.map(({ metricName }) => metricName))).toEqual(
      new Set([
        'EventsArchived',
        'CredentialsRefused',
        'LagSeconds',
        'EventsQuarantined',
        'EventsRecovered',
        'EventsWithoutGroup',
        'TokenDaysLeft',
        'SourcesAffected',
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
  it('is invoked for every archived object, and for nothing else in the bucket', () => {
    const asked = queued.map(
      (body) =>
        (JSON.parse(body) as { readonly detail: { readonly object: { readonly key: string } } }).detail.object
          .key,
    );
    expect(asked).toEqual(keysOf('netskope_audit'));
    expect(deployed.keys.length).toBeGreaterThan(asked.length);
  });

  it('evaluates them all', () => {
    expect(detections.first).toMatchObject({ kind: 'returned', value: { batchItemFailures: [] } });
  });

  it('publishes by its schedule what could not be published at once', () => {
    expect(detections.swept).toMatchObject({ kind: 'returned', value: { batchItemFailures: [] } });
  });

  it('stores the alert where the table of alerts reads it', async () => {
    const [key = '', ...others] = keysOf('netskope_audit_alerts');
    expect(others).toEqual([]);
    expect(await deployed.linesOf(key)).toMatchObject([
      { rule_id: 'admin-account-changed', who: ['eve@example.com'], addresses: ['198.51.100.7'] },
    ]);
  });

  it('notifies the subscribers of its topic once, and says where to find the events', () => {
    const [published, ...others] = deployed.aws.topics.published(alertTopic());
    expect(others).toEqual([]);
    expect(published?.subject).toBe(
      '[CRITICAL] Administrator account changed by eve@example.com from 198.51.100.7',
    );
    const { email, sqs } = JSON.parse(published?.message ?? '') as Record<string, string>;
    expect(email).toContain('in workgroup NetskopeAudit: saved query "The events of an alert"');
    expect(email).toContain('FROM "netskopeaudit"."netskope_audit"');
    const { alerts } = JSON.parse(sqs ?? '') as { readonly alerts: readonly AlertRecord[] };
    expect(alerts.map(({ rule_id: id }) => id)).toEqual(['admin-account-changed']);
    expect(deployed.aws.bus.map(({ DetailType }) => DetailType)).toEqual(['Netskope Audit Alert']);
  });

  it('counts the alerts it raised, and the events that the settings exclude, or that it cannot group', () => {
    const sum = (name: string): number =>
      deployed.aws.metrics
        .points('NetskopeAudit', name, { SourceId: 'netskope' })
        .reduce((total, point) => total + point.sum, 0);
    expect(sum('AlertsRaised')).toBe(1);
    // The same objects were delivered three times.
    expect(sum('EventsExcluded')).toBe(3);
    expect(sum('EventsWithoutGroup')).toBe(3);
  });

  it('raises nothing when the same objects are delivered again', () => {
    expect(detections.redelivered).toMatchObject({ kind: 'returned', value: { batchItemFailures: [] } });
  });

  it('fails if no object of a batch can be evaluated, so that Lambda counts an error', () => {
    expect(detections.foreign).toMatchObject({ kind: 'failed', error: { name: 'BatchError' } });
  });
});

it('verifies once a day what the collector has stored, and finds it as it was written', () => {
  expect(verified).toMatchObject({ kind: 'returned' });
  const read = deployed.verifier.calls.flatMap(({ operation, key }) =>
    operation === 'GetObject' ? [key] : [],
  );
  expect(keysOf('netskope_audit').filter((key) => !read.includes(key))).toEqual([]);
  const points = deployed.aws.metrics.points('NetskopeAudit', 'SourcesAffected', {
    Alarm: 'archive-damaged',
  });
  expect(points.map(({ sum }) => sum)).toEqual([0]);
});

it('tells the recipients of alarms once a day what was archived, and the head of the hash chain', () => {
  expect(told).toMatchObject({ kind: 'returned' });
  const { ALARM_TOPIC_ARN: topic = '' } = deployed.dailyMessage.properties.Environment.Variables;
  const [published, ...others] = deployed.aws.topics.published(topic);
  expect(others).toEqual([]);
  expect(published?.subject).toBe('NetskopeAudit, daily message: no alarm fires');
  const lines = published?.message.split('\n') ?? [];
  expect(lines.at(-1)).toMatch(/^netskope: (\d+ events|not counted), head [1-9]\d*:[0-9a-f]{64}$/);
  const heads = deployed.keys.filter((key) => key.startsWith('heads/'));
  expect(heads).toEqual([
    expect.stringMatching(/^heads\/netskope_audit\/source=netskope\/\d{4}-\d\d-\d\d\.txt$/) as unknown,
  ]);
  expect(published?.message).not.toContain(TOKEN);
});

describe.each([
  {
    name: 'collector',
    role: 'CollectorRole',
    forOthers: 'what Lambda does on its behalf: writing the log and storing failed runs',
    unused: [
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:SendMessage collectorfailuresqueue559af949',
    ],
  },
  {
    name: 'detector',
    role: 'DetectionDetectorRole',
    forOthers:
      'what Lambda does on its behalf, and what follows a death: writing the log, taking messages from the queue, reading lines of alerts, looking for alerts that no line lists',
    unused: [
      's3:GetObject archivebucket49f1ac64/manifest/alerts/netskope_audit/*',
      's3:ListBucket archivebucket49f1ac64',
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:DeleteMessage detectionobjectsqueue60264c18',
      'sqs:GetQueueAttributes detectionobjectsqueue60264c18',
      'sqs:ReceiveMessage detectionobjectsqueue60264c18',
    ],
  },
  {
    name: 'dailyMessage',
    role: 'DailyMessageRole',
    forOthers: 'what Lambda does on its behalf: writing the log and storing the input of a failure',
    unused: [
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:SendMessage schedulesundeliveredqueuef987b4e9',
    ],
  },
  {
    name: 'verifier',
    role: 'VerifierRole',
    forOthers:
      'what Lambda does on its behalf, and looking whether an object is there: writing the log and storing the input of a failure',
    unused: [
      's3:ListBucket archivebucket49f1ac64',
      'logs:CreateLogStream *',
      'logs:PutLogEvents *',
      'sqs:SendMessage schedulesundeliveredqueuef987b4e9',
    ],
  },
] as const)('the role of the $name', ({ name, role, forOthers, unused }) => {
  const permissions = (): ReturnType<typeof permissionsOf> =>
    permissionsOf(deployed.template).filter(({ principal }) => principal.startsWith(role));
  const calls = (): AttemptedCall[] => deployed[name].calls.map((call) => attemptedCall(call));

  it('allows every call that the function made', () => {
    const refused = calls().filter((call) => !permissions().some((permission) => covers(permission, call)));
    expect(refused).toEqual([]);
  });

  it(`allows nothing else except ${forOthers}`, () => {
    const made = calls();
    const others = permissions().filter((permission) => !made.some((call) => covers(permission, call)));
    expect(others.map(({ action, resource }) => `${action} ${resource.replace(/.*:+/, '')}`)).toEqual(unused);
  });
});
