import type { Command } from 'commander';
import { Argument } from 'commander';
import type { CliCommand } from '../cli-command';
import type { OpenSession } from '../session';
import { withoutTable } from '../terminal/options';
import type { Shell } from './completion-script';
import { SHELLS } from './completion-script';

const NOTES = `
It completes the word netskope-audit: the command of an installed package, or in a checkout an alias:
  alias netskope-audit='npx --no -- netskope-audit'
Each example belongs into the start-up file of its shell.

Examples:
  source <(npx --no -- netskope-audit completion bash)
  source <(npx --no -- netskope-audit completion zsh)
  npx --no -- netskope-audit completion fish | source`;

/** `completion <shell>`: prints a script that completes commands, options and their values. */
export const COMPLETION: CliCommand = {
  access: { completion: {} },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  withoutTable(program.command('completion'))
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .description('prints a script by which a shell completes commands and options')
    .addHelpText('after', NOTES)
    .action(async (shell: Shell) => {
      const { levelsOf } = await import('./grammar');
      const { completionScript } = await import('./completion-script');
      openSession().terminal.print(completionScript(shell, levelsOf(program)));
    });
}
