import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { login } from '../../collector/audit-events';
import type { CliEnd } from '../cli-process';
import { runCli } from '../run-cli';
import { deletes, eventAt, MIDNIGHT_S } from './detected-archive';

const NO_AWS = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
/** JSON escapes no such character. */
const HOSTILE = 'x\u202e';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-events-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `detect --events` over a file with this text, without anything of AWS. */
function detect(text: string, ...args: readonly string[]): Promise<CliEnd> {
  const file = join(folder, 'events.json');
  writeFileSync(file, text);
  return runCli({
    args: ['detect', ...args, '--events', file, '--untuned'],
    environment: NO_AWS,
    nowMs: (MIDNIGHT_S + 36_000) * 1000,
  });
}

/** An event as Netskope sends it. @param minute from midnight */
function received(minute: number, audit_log_event: string, different: object = {}) {
  return { ...login(`r${minute}`, MIDNIGHT_S + minute * 60), audit_log_event, ...different };
}

const DELETED = Array.from({ length: 12 }, (_, place) => received(50 + place, 'Deleted tag'));

describe('detect --events', () => {
  it.each([
    ['a JSON array', JSON.stringify(DELETED)],
    ['one event a line', DELETED.map((event) => `${JSON.stringify(event)}\r\n`).join('\n')],
    ['an answer of Netskope', JSON.stringify({ ok: 1, result: DELETED, wait_time: 5 })],
  ])('evaluates what Netskope sends, as %s', async (_, text) => {
    const { exitCode, stdout } = await detect(text, '--rule', 'many-deletes');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^2026-11-22 00:50:00 {2}high +many-deletes /m);
    expect(stdout).toContain(
      '\nfile, 2026-11-22 00:00 UTC to 2026-11-22 02:00 UTC: 1 alert from 12 events.\n',
    );
  });

  it('evaluates archived records, by their source, whatever their order', async () => {
    const records = deletes(55, 12, { p_source_id: 'emea', p_row_id: 'emea:e', user: 'bob@corp.example' });
    const unique = records.map((record, place) => ({ ...record, p_row_id: `emea:${place}` })).reverse();
    const { stdout } = await detect(JSON.stringify(unique), '--rule', 'many-deletes', '--json');
    const [alert, sum] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(alert).toMatchObject({ source_id: 'emea', who: ['bob@corp.example'], event_count: 12 });
    expect(sum).toMatchObject({
      sourceId: 'emea',
      from: '2026-11-22T00:00:00.000Z',
      to: '2026-11-22T02:00:00.000Z',
      events: 12,
      alerts: 1,
    });
  });

  it('evaluates the events of the source that is named', async () => {
    const of = (p_source_id: string, minute: number) =>
      eventAt(minute, { p_source_id, audit_log_event: 'Created new admin', user: p_source_id });
    const text = JSON.stringify([of('emea', 1), of('apac', 2)]);
    expect((await detect(text)).stderr).toBe(
      `✗ Which source? ${join(folder, 'events.json')} has events of emea, apac.\n  Name one of them.\n`,
    );
    expect((await detect(text, 'us')).stderr).toBe(
      `✗ ${join(folder, 'events.json')} has no event of source "us"; it has events of emea, apac.\n  Name one of them.\n`,
    );
    expect((await detect(text, 'apac')).stdout).toMatch(/apac, .*: 1 alert from 1 event\.\n$/);
    const one = await detect(JSON.stringify([received(1, 'Created new admin')]), 'us', '--json');
    expect(one.stdout.split('\n')[0]).toContain('"source_id":"us"');
  });

  it('says what the collector would put into quarantine', async () => {
    const text = JSON.stringify([
      received(1, 'Created new admin'),
      { ...received(2, 'x'), timestamp: HOSTILE },
      7,
    ]);
    const { stdout } = await detect(text, '--rule', 'admin-account-changed');
    expect(stdout).toMatch(
      /^! 2 events would go into quarantine, not to the detector; the first because .*x\\u\{202e\}/m,
    );
    expect(stdout).toMatch(/: 1 alert from 1 event\.\n$/);
    expect((await detect(JSON.stringify([{}]))).stdout).toMatch(/: 0 alerts from 0 events\.\n$/);
  });

  it('ends by --fail-on', async () => {
    expect((await detect(JSON.stringify(DELETED), '--fail-on', 'high')).exitCode).toBe(3);
  });

  it.each([
    [
      '{"_id":"1"}\n{"_id"',
      /^✗ Line 2 of .*events\.json is no JSON; expected a JSON array of events, or one event/,
    ],
    ['', /^✗ .*events\.json has no event;/],
    ['[]', /^✗ .*events\.json has no event;/],
    ['{"p_row_id":"a:1","p_source_id":"a"}', /^✗ .*events\.json has an archived record without a time/],
  ])('refuses %j', async (text, message) => {
    const { exitCode, stdout, stderr } = await detect(text);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('refuses a file that is not there, and a range', async () => {
    const range = await detect('[]', '--from', '1d');
    expect(range.stderr).toMatch(/^✗ option '--events <file>' cannot be used with option '--from <time>'\n/);
    const { exitCode, stderr } = await runCli({
      args: ['detect', '--untuned', '--events', join(folder, 'no-such.json')],
      environment: NO_AWS,
      nowMs: MIDNIGHT_S * 1000,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^✗ .*no-such\.json cannot be read: ENOENT; expected a JSON array of events/);
  });
});
