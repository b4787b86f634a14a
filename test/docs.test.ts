import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { readEnvelope } from '../lambdas/collector/core/page/envelope';
import { ownText, RecordWriter } from '../lambdas/collector/core/page/record';
import { validatedPage } from '../lambdas/collector/core/page/validated-page';
import { EnvDefault, EnvVar } from '../lambdas/contract/deployment/environment';
import { TOKEN_PLACES } from '../lambdas/contract/deployment/token-places';
import { AUDIT_FEED } from '../lambdas/contract/feed/audit';
import { Format } from '../lambdas/contract/storage/format';
import { ALARMS } from '../lambdas/contract/telemetry/alarms';
import { createProgram } from '../lib/cli/command-line';
import { scripts } from '../package.json';

const ROOT = join(__dirname, '..');
const FOLDERS = ['.', 'docs', 'docs/decisions'];
const PAGES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative('.', join(folder, name))),
);
const MOST_BYTES_OF_README = 12_000;

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Anchors of a page, as GitHub derives them from its headings. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('the README is short', () => {
  expect(statSync(join(ROOT, 'README.md')).size).toBeLessThanOrEqual(MOST_BYTES_OF_README);
});

test('the README shows the beginning of a mail as it is sent', () => {
  const [, shown = ''] = /^```text\n(Subject: .*?)\n…\n```$/ms.exec(textOf('README.md')) ?? [];
  expect(shown).toContain('What: ');
  expect(textOf('test/detector/intrusion.txt')).toContain(shown);
});

const unused = new PassThrough();
const program = createProgram({ input: unused, output: unused, error: unused }, () => {
  throw new Error('no command is run here');
});
const VERBS = ['help', ...program.commands.map((command) => command.name())];

describe.each(PAGES)('%s', (page) => {
  test('leads to pages and headings that exist', () => {
    const targets = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
      ([, target = '']) => target,
    );
    const broken = targets.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test('shows only commands that exist', () => {
    const names = [...textOf(page).matchAll(/npm run (?:-s )?([a-z:-]+)/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
    const verbs = [...textOf(page).matchAll(/netskope-audit ([a-z]+)/g)].map(([, verb = '']) => verb);
    expect(verbs.filter((verb) => !VERBS.includes(verb))).toEqual([]);
  });

  test('names files and folders that exist', () => {
    const names = [...textOf(page).matchAll(/`((?:bin|lib|lambdas|test|docs)\/[^`*…<]*)`/g)].map(
      ([, name = '']) => name,
    );
    expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});

test('no command that pages or programs name can start a package that somebody else has registered', () => {
  const sources = ['bin', 'lib', 'lambdas'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.m?ts$/.test(name))
      .map((name) => join(folder, name)),
  );
  const careless = [...PAGES, ...sources].filter((file) =>
    /npx (?!--no -- )(?:-\S+ )*netskope-audit/.test(textOf(file)),
  );
  expect(sources.length).toBeGreaterThan(200);
  expect(careless).toEqual([]);
});

test('every page is reached from the README, every decision from their list', () => {
  const readme = textOf('README.md');
  const list = textOf('docs/decisions/README.md');
  const isReached = (page: string): boolean =>
    page.startsWith('docs/decisions/2') ? list.includes(`(${page.slice(15)})`) : readme.includes(`(${page})`);
  expect(PAGES.filter((page) => page !== 'README.md' && !isReached(page))).toEqual([]);
});

test('a decision has a date, a context, a decision and a consequence', () => {
  for (const page of PAGES.filter((name) => name.startsWith('docs/decisions/2')))
    expect(textOf(page)).toMatch(
      /^# .+\n\n(\d{4}-\d\d-\d\d)\n\n\*\*Context\.\*\* .+\n\n\*\*Decision\.\*\* .+\n\n\*\*Consequence\.\*\* .+\n$/,
    );
});

test('the sample record is what the collector makes from the event in it', () => {
  const sample = /```text\n(\{"_id.*)\n```/.exec(textOf('docs/search.md'))?.[1] ?? '';
  const envelope = readEnvelope(AUDIT_FEED, Buffer.from(`{"ok":1,"result":[${ownText(sample)}]}`), '');
  if (envelope.kind !== 'page') throw new Error('the sample is no event');
  const { accepted } = validatedPage(envelope.page);
  const writer = new RecordWriter(
    AUDIT_FEED,
    { sourceId: 'netskope', label: 'Netskope' },
    Date.UTC(2023, 11, 11, 15, 30),
  );
  expect(writer.lines(envelope.page, accepted).toString()).toBe(`${sample}\n`);
});

test('every setting of the function is explained, with its default', () => {
  const page = textOf('docs/configure.md');
  for (const name of Object.values(EnvVar)) expect(page).toContain(`| \`${name}\``);
  expect(page).toMatch(new RegExp(`\`REQUEST_TIMEOUT_MS\`[^\\n]*\\| ${EnvDefault.requestTimeoutMs} `));
});

test('the numbers of the severity are explained beside the field', () => {
  expect(textOf('docs/search.md')).toMatch(
    /^\| `severity_level` .*Severity of the event: 1 = high, 2 = medium, 3 = low, as Sekoia maps them/m,
  );
});

test('the runbook names both places of tokens, as every message does', () => {
  expect(TOKEN_PLACES).toBe(
    'Settings > Administration > Administrators & Roles > Service accounts (new tokens since November 2025) and Settings > Tools > REST API v2 (older tokens)',
  );
  const runbook = textOf('docs/runbook.md').replaceAll(/\s+/g, ' ');
  expect(runbook.split(TOKEN_PLACES)).toHaveLength(3);
});

test('the page about upgrades has the latest formats', () => {
  const rows = [...textOf('docs/upgrade.md').matchAll(/^\| (.+?) +\| (\d+) +\|/gm)];
  expect(rows.map(([, what, latest]) => [what, Number(latest)])).toEqual([
    ['checkpoint of a stream', Format.checkpoint],
    ['counts of a group, messages that wait, mutes', Format.detectionState],
    ['line of the manifest', Format.manifestLine],
  ]);
});

test('every kind of alarm is in the tables', () => {
  const tables = textOf('docs/alarms.md');
  for (const kind of Object.keys(ALARMS)) expect(tables).toContain(`\`${kind}\``);
});
