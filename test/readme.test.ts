import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK } from '../lib/aws/runbook';
import { EnvDefault, EnvVar } from '../lambdas/contract/environment';
import { readEnvelope } from '../lambdas/collector/core/envelope';
import { judgePage } from '../lambdas/collector/core/judged-page';
import { RecordWriter, ownText } from '../lambdas/collector/core/record';
import { scripts } from '../package.json';

const ROOT = join(__dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the sample record is what the collector makes of the event in it', () => {
  const sample = /```text\n(\{"_id.*)\n```/.exec(README)?.[1] ?? '';
  const envelope = readEnvelope(Buffer.from(`{"ok":1,"result":[${ownText(sample)}]}`), '');
  if (envelope.kind !== 'page') throw new Error('the sample is no event');
  const events = judgePage(envelope.page).accepted.map(({ event }) => event);
  const writer = new RecordWriter({ id: 'netskope', label: 'Netskope' }, Date.UTC(2023, 11, 11, 15, 30));
  expect(writer.lines(envelope.page, [0], events).toString()).toBe(`${sample}\n`);
});

test('every setting of the function is explained, with its default', () => {
  for (const name of Object.values(EnvVar)) expect(README).toContain(`| \`${name}\``);
  expect(README).toMatch(new RegExp(`\`REQUEST_TIMEOUT_MS\`[^\\n]*\\| ${EnvDefault.requestTimeoutMs} `));
});

test('every command it tells to type exists', () => {
  const names = [...README.matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1] ?? '');
  expect(names).not.toEqual([]);
  expect(names.filter((name) => !(name in scripts))).toEqual([]);
});

test('every file and folder it names exists', () => {
  const names = [...README.matchAll(/`((?:bin|lib|lambdas|test|docs)\/[^`*…]*)`/g)].map(
    (match) => match[1] ?? '',
  );
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
});

test('every kind of alarm is in its tables', () => {
  const inFull = README.replace(
    '`token-expiring-30`, `-7`, `-1`',
    '`token-expiring-30` `token-expiring-7` `token-expiring-1`',
  );
  for (const kind of Object.keys(RUNBOOK)) expect(inFull).toContain(`\`${kind}\``);
});
