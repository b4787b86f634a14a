import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../../cli/command-line';

/** Rows of every command and subcommand of the operator's command line, each followed by those of its options. */
export function commandRows(): string[][] {
  const unused = new PassThrough();
  const program = createProgram({ input: unused, output: unused, error: unused }, () => {
    throw new Error('no command is run here');
  });
  return program.commands.flatMap((command) => rowsOf(command, ''));
}

function rowsOf(command: Command, parent: string): string[][] {
  const help = command.createHelp();
  const name = `${parent}${help.subcommandTerm(command).replace(' [options]', '')}`;
  const options = command.options.map((option) => [`\`${option.flags}\``, help.optionDescription(option)]);
  return [
    [`**\`${name}\`**`, command.description()],
    ...options,
    ...command.commands.flatMap((subcommand) => rowsOf(subcommand, `${command.name()} `)),
  ];
}
