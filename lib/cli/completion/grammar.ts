import type { Argument, Command, Option } from 'commander';

/** What can follow a command: the words that the shell offers there. */
export interface Level {
  /** Names of the commands that lead there: `['alerts', 'list']`; none at the program itself. */
  readonly path: readonly string[];
  readonly words: readonly Word[];
  readonly options: readonly OfferedOption[];
}

export interface Word {
  readonly text: string;
  readonly description: string;
}

export interface OfferedOption {
  /** For example `--lines`, and if there is one, `-n`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What follows it: nothing, one of some words, a file, or what only the operator knows. */
  readonly value: 'none' | 'file' | 'any' | readonly string[];
}

/** Every level of the command line, the program first. */
export function levelsOf(program: Command): readonly Level[] {
  return levelsBelow(program, []);
}

function levelsBelow(command: Command, path: readonly string[]): Level[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  return [
    {
      path,
      words: [
        ...commands.map((one) => ({ text: one.name(), description: firstPart(one.description()) })),
        ...command.registeredArguments.flatMap(choicesOf),
      ],
      options: options.map(offered),
    },
    ...commands.flatMap((one) => levelsBelow(one, [...path, one.name()])),
  ];
}

function choicesOf({ argChoices = [], description }: Argument): Word[] {
  return argChoices.map((text) => ({ text, description }));
}

function offered({ long, short, description, flags, argChoices, required, optional }: Option): OfferedOption {
  const names = [long, short].flatMap((name) => name ?? []);
  const shown = firstPart(description);
  if (!required && !optional) return { names, description: shown, value: 'none' };
  if (argChoices !== undefined) return { names, description: shown, value: argChoices };
  return { names, description: shown, value: /<(?:path|file|folder)>/.test(flags) ? 'file' : 'any' };
}

/** A shell shows descriptions on one line, beside others. */
function firstPart(description: string): string {
  return description.split(/[;.:]/, 1)[0] ?? '';
}
