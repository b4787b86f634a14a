import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { STACK_NAME } from '../../../lambdas/contract/deployment/deployment-outputs';
import { isDay } from '../../../lambdas/contract/storage/archive-layout';

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
    new Option('--json', 'JSON on standard output, one value a line'),
    new Option('--no-color', 'no colors; so does the variable NO_COLOR'),
  ];
  for (const option of options) program.addOption(option);
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
