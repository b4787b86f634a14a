import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { STACK_NAME } from '../../../lambdas/contract/deployment/deployment-outputs';
import { isDay } from '../../../lambdas/contract/storage/archive-layout';
import { ExitCode, OperatorError } from '../operator-error';

/** Options of every command, except those that only the terminal reads. */
export interface GlobalOptions {
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
  readonly local?: boolean;
  /** The folder given to `npm start` as `--state-folder`. */
  readonly stateFolder: string;
}

/** The form that CloudFormation accepts (AWS CloudFormation API reference, CreateStack). */
const STACK_NAME_PATTERN = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
const REGION_PATTERN = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** Adds the options to the program; they may stand before or after a command. */
export function addGlobalOptions(program: Command): void {
  const options = [
    new Option('--stack <name>', "name of the pipeline's stack")
      .default(STACK_NAME)
      .argParser(matching(STACK_NAME_PATTERN, 'a stack name: letters, digits and hyphens')),
    new Option('--region <region>', 'AWS region of the stack').argParser(
      matching(REGION_PATTERN, 'a region such as eu-central-1'),
    ),
    new Option('--profile <name>', 'profile of the AWS configuration files'),
    new Option('--local', 'work on the archive that npm start left on this machine').conflicts([
      'region',
      'profile',
    ]),
    new Option('--state-folder <path>', 'with --local: where npm start kept it').default('.local'),
    new Option(
      '--output <form>',
      'form of standard output: text, JSON with one value a line, or one table as CSV in which no text is a formula',
    )
      .choices(OUTPUT_FORMS)
      .default(OUTPUT_FORMS[0]),
    new Option('--json', 'short for --output json'),
    new Option('--no-color', 'no colors; so does the variable NO_COLOR'),
  ];
  for (const option of options) program.addOption(option);
  program.hook('preAction', refuseTwoForms);
}

/** Forms of standard output; the first is that for people. */
export const OUTPUT_FORMS = ['table', 'json', 'csv'] as const;
export type OutputForm = (typeof OUTPUT_FORMS)[number];

/** The form that raw arguments ask for; the first one where they ask for none that there is. */
export function outputFormOf(args: readonly string[]): OutputForm {
  if (args.includes('--json')) return 'json';
  const typed = args.flatMap((arg, place) => {
    if (arg === '--output') return args[place + 1] ?? [];
    return arg.startsWith('--output=') ? arg.slice('--output='.length) : [];
  });
  return OUTPUT_FORMS.find((form) => form === typed.at(-1)) ?? OUTPUT_FORMS[0];
}

interface TypedForm {
  readonly output: OutputForm;
  readonly json?: boolean;
}

function refuseTwoForms(program: Command): void {
  const { output, json = false } = program.opts<TypedForm>();
  if (!json || output === 'json' || program.getOptionValueSource('output') === 'default') return;
  throw new OperatorError({
    what: `--json and --output ${output} are given; expected one form of output.`,
    whatToDo: 'Leave one of them out; --json is short for --output json.',
    exitCode: ExitCode.WrongUsage,
  });
}

/**
 * Has a command that prints no table refuse `--output csv` before it does anything.
 * @param value of an option, if it prints none only then: `{ format: 'ocsf' }`. @default - it never prints one
 */
export function withoutTable(command: Command, value: Readonly<Record<string, string>> = {}): Command {
  return command.hook('preAction', (_, action) => {
    const options = action.optsWithGlobals<Readonly<Record<string, unknown>>>();
    const typed = Object.entries(value);
    const isIts = action === command && typed.every(([name, one]) => options[name] === one);
    if (!isIts || options.output !== 'csv') return;
    const words = [...pathOf(action), ...typed.map(([name, one]) => `--${name} ${one}`)].join(' ');
    throw new OperatorError({
      what: `--output is csv, and ${words} prints no table; expected table or json.`,
      whatToDo: 'Leave --output out for text, or give --output json.',
      exitCode: ExitCode.WrongUsage,
    });
  });
}

/** Names that lead to a command: `['alerts', 'show']`. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** Reads an option's value that must match a pattern. @param expected completes "Expected …" */
function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** Reads an option's value that must be an integer from `minimum` to `maximum`. */
export function integerWithin(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Expected an integer from ${minimum} to ${maximum}.`);
  };
}

/** Collects the values of an option that may be repeated. */
export function repeated(text: string, others: readonly string[] = []): readonly string[] {
  return [...others, text];
}

/** Reads an option's value that must be a day, UTC. */
export function readDay(text: string): string {
  if (isDay(text)) return text;
  throw new InvalidArgumentError('Expected a day such as 2026-11-22.');
}
