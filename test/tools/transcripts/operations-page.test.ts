import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { createProgram } from '../../../lib/cli/command-line';
import { HAPPENINGS, playPage, readCommand } from '../../../lib/tools/transcripts/play-page';
import { readSteps, readTranscripts } from '../../../lib/tools/transcripts/screenplay';

const PAGE = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8');

const streams = { input: new PassThrough(), output: new PassThrough(), error: new PassThrough() };
const program = createProgram(streams, () => {
  throw new Error('no command is run here');
});

const transcripts = readTranscripts(PAGE);
const shown = transcripts.map(({ command }) => readCommand(command).args);

/** Every command, including subcommands such as `quarantine list`. */
function verbsOf(command: Command, names: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [names.join(' ')];
  return command.commands.flatMap((verb) => verbsOf(verb, [...names, verb.name()]));
}

/** The command that a command line is for; the program itself if there is none. */
function verbOf(args: readonly string[], command: Command = program): Command {
  const verb = command.commands.find((candidate) => candidate.name() === args[0]);
  return verb === undefined ? command : verbOf(args.slice(1), verb);
}

test('every command of the command line is in the table, and these have a transcript', () => {
  const lines = shown.map((args) => `${args.join(' ')} `);
  const verbs = verbsOf(program);
  expect(verbs.filter((verb) => !PAGE.includes(`| **\`${verb}`))).toEqual([]);
  expect(verbs.filter((verb) => lines.some((line) => line.startsWith(`${verb} `)))).toEqual([
    'status',
    'tail',
    'doctor',
    'setup',
    'verify',
    'detect',
    'quarantine list',
    'quarantine show',
    'quarantine redrive',
    'backfill',
    'rewind',
  ]);
});

test('every command that it shows exists, with its options', () => {
  const unknown = shown.flatMap((args) => {
    const verb = verbOf(args);
    const known = [...verb.options, ...program.options].flatMap(({ long, short }) => [long, short]);
    const options = args.filter((arg) => /^--?[a-z]/.test(arg) && arg !== '--help');
    const isVerb = verb !== program ? verb.commands.length === 0 : args[0] === '--help';
    return isVerb ? options.filter((option) => !known.includes(option)) : [args.join(' ')];
  });
  expect(unknown).toEqual([]);
});

test('every transcript is there, of its own command, and fits the terminal', () => {
  for (const { command, transcript } of transcripts) {
    const typed = `$ ${readCommand(command).typed}`;
    const [fence, firstLine, ...printed] = transcript.trim().replaceAll(' \\\n    ', ' ').split('\n');
    expect([fence, firstLine]).toEqual(['```console', typed]);
    expect(printed.length).toBeGreaterThan(1);
    expect(transcript.split('\n').filter((line) => line.length > 110)).toEqual([]);
  }
});

test('it contains no address and no token of the machine it was made on', () => {
  expect(PAGE).not.toMatch(/127\.0\.0\.1|localhost|\/tmp\/|\/home\/|[?&]token=/);
  expect(PAGE).not.toContain('This is a bug of netskope-audit');
});

test('every event between two commands has an implementation', () => {
  const events = readSteps(PAGE).flatMap((step) => (step.kind === 'meanwhile' ? [step.event] : []));
  expect(events.sort()).toEqual(Object.keys(HAPPENINGS).sort());
});

describe('a page that is played', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netskope-audit-transcripts-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('shows a real command against the staged deployment, which nobody has set up yet', async () => {
    const page = await playPage('<!-- transcript: status -->\n<!-- end -->', { feed: AUDIT_FEED, folder });
    expect(page).toContain('\n$ npx --no -- netskope-audit status\nsource    state ');
    expect(page).toMatch(/\nnetskope {2}waiting for {10}.*\n {10}credentials\n/);
  });

  test('is refused if a command prints an address of this machine', async () => {
    const page = '<!-- transcript: status --region 127.0.0.1 -->\n<!-- end -->';
    await expect(playPage(page, { feed: AUDIT_FEED, folder })).rejects.toThrow(
      'npx --no -- netskope-audit status --region 127.0.0.1 prints 127.0.0.1; expected neither a token',
    );
  });

  test('is refused if a marker names an unknown event', async () => {
    await expect(playPage('<!-- meanwhile: a flood -->', { feed: AUDIT_FEED, folder })).rejects.toThrow(
      'The marker "meanwhile: a flood" is unknown; expected one of: a day of scheduled runs, ',
    );
  });
});
