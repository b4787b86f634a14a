import { PassThrough } from 'node:stream';
import Ajv from 'ajv';
import type { Feed } from '../lambdas/contract/feed/feed';
import { feedTables } from '../lib/aws/search/feed-tables';
import { runCommandLine } from '../lib/cli/command-line';
import { LOCAL_BUCKET } from '../lib/local/local-deployment';
import type { SimulatedEvent } from '../lib/local/netskope-simulator/event-log';
import { deployedSource, OUTPUTS } from './cli/deployed-pipeline';
import { NOW_S, Pipeline, SOURCE_ID } from './pipeline';

const SCHEMA = {
  type: 'object',
  required: ['timestamp', '_id', 'host'],
  properties: {
    timestamp: { description: 'When.', logType: 'timestamp', type: 'integer', onDeviation: 'quarantine' },
    _id: { description: 'Which.', logType: 'string', type: 'string', onDeviation: 'quarantine' },
    host: { description: 'Where.', logType: 'string', type: 'string' },
    owner: { description: 'Whose.', logType: 'string', type: 'string', indicators: ['email', 'username'] },
    found: { description: 'What.', logType: 'json' },
  },
} as const;

/** The definition of an invented feed: a second feed takes a file like this, and its schema. */
const TIDE_FEED: Feed = {
  name: 'netskope_tide',
  shortName: 'tide',
  logType: 'Netskope.Tide',
  title: 'Netskope tide events',
  iteratorPath: '/api/v2/events/dataexport/events/tide',
  queryPath: '/api/v2/events/data/tide',
  schema: SCHEMA,
  validate: new Ajv({ allErrors: true, strict: false }).compile(SCHEMA),
};

function tide(
  id: string,
  secondsAgo: number,
  different: Readonly<Record<string, unknown>> = {},
): SimulatedEvent {
  const timestampS = NOW_S - secondsAgo;
  const text = JSON.stringify({ _id: id, timestamp: timestampS, host: 'pier', ...different });
  return { text, id, timestampS, insertedAtS: timestampS };
}

let pipeline: Pipeline;
const inherited = { ...process.env };

beforeEach(async () => {
  const paths = { iterator: TIDE_FEED.iteratorPath, query: TIDE_FEED.queryPath };
  pipeline = await Pipeline.start({ paths }, TIDE_FEED);
  const { aws, clock, simulator } = pipeline;
  aws.tellsTimeMs = () => clock.nowMs();
  aws.stacks.put('NetskopeAudit', { ...OUTPUTS, Sources: JSON.stringify([deployedSource(SOURCE_ID)]) });
  simulator.add([
    tide('t1', 7_500, { owner: 'Ebb@Example.org', found: { at: '192.0.2.9' } }),
    tide('t2', 7_400, { host: 7 }), // drift
    tide('t3', 7_300, { host: undefined }), // rejected
  ]);
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up' } });
});

afterEach(async () => {
  process.env = { ...inherited };
  await pipeline.stop();
});

/** Runs a command of the operator as bin/netskope-audit.ts would for this feed. */
async function cli(...args: string[]): Promise<{ readonly exitCode: number; readonly written: string }> {
  Object.assign(process.env, pipeline.aws.environment(), { NETSKOPE_ENDPOINT_URL: pipeline.simulator.url });
  const output = new PassThrough().setEncoding('utf8');
  const exitCode = await runCommandLine({
    feed: TIDE_FEED,
    args,
    streams: { input: new PassThrough(), output, error: output },
    environment: { NO_COLOR: '1' },
    nowMs: () => pipeline.clock.nowMs(),
    signal: new AbortController().signal,
  });
  return { exitCode, written: String(output.read() ?? '') };
}

test('the collector calls its path, and stores its events under its name, with its log type and indicators', async () => {
  expect(pipeline.simulator.requests.map(({ path }) => path)).toContain(
    '/api/v2/events/dataexport/events/tide',
  );
  const keys = pipeline.aws.objects.keys(LOCAL_BUCKET).map((key) => key.replace(/[^/]*$/, ''));
  expect([...new Set(keys)].sort()).toEqual([
    'manifest/netskope_tide/source=netskope/',
    'netskope_tide/source=netskope/dt=2026-11-18/hour=09/',
    'quarantine/netskope_tide/source=netskope/dt=2026-11-18/',
  ]);
  const lines = (await pipeline.archived()).map(({ line }) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    {
      _id: 't1',
      p_log_type: 'Netskope.Tide',
      p_any_emails: ['Ebb@Example.org'],
      p_any_usernames: ['Ebb@Example.org'],
      p_any_ip_addresses: ['192.0.2.9'],
    },
    { _id: 't2', host: 7, p_log_type: 'Netskope.Tide' },
  ]);
  expect(await pipeline.checkpoint()).toMatchObject({
    streamId: 'netskope#tide',
    totals: { archived: 2, quarantined: 1, drifted: 1 },
  });
});

test('its table has its name, its place and its fields', () => {
  const { events, ocsf, lines, fields, quarantine } = feedTables(TIDE_FEED);
  expect(events).toMatchObject({ name: 'netskope_tide_events' });
  expect(ocsf).toBeUndefined(); // it has no mapping
  expect(lines).toMatchObject({ name: 'netskope_tide_lines', prefix: 'netskope_tide' });
  expect(fields).toMatchObject({ name: 'netskope_tide', prefix: 'netskope_tide' });
  expect(fields.columns.slice(0, 5).map(({ field, type }) => `${field} ${type}`)).toEqual([
    'timestamp string',
    '_id string',
    'host string',
    'owner string',
    'found string',
  ]);
  expect(quarantine).toMatchObject({ name: 'netskope_tide_quarantine', prefix: 'quarantine/netskope_tide' });
});

test('tail shows its newest events', async () => {
  const { exitCode, written } = await cli('tail', SOURCE_ID);
  expect(exitCode).toBe(0);
  expect(written.trimEnd().split('\n')).toHaveLength(2);
  expect(written).toContain('2026-11-18 09:55:00 UTC');
});

test('verify finds archive and Netskope equal, and the manifest whole', async () => {
  const events = await cli('verify', SOURCE_ID);
  expect({ exitCode: events.exitCode, written: events.written }).toMatchObject({ exitCode: 0 });
  expect(pipeline.simulator.requests.at(-1)?.path).toBe('/api/v2/events/data/tide');
  expect(await cli('verify', SOURCE_ID, '--chain')).toMatchObject({ exitCode: 0 });
});
