import type { Command } from 'commander';
import { Argument } from 'commander';
import type { CliCommand, CommandAccess } from '../cli-command';
import { FIND } from '../deployment/access';
import type { OpenSession } from '../session';
import type { GlobalOptions } from '../terminal/options';
import { withoutTable } from '../terminal/options';
import type { PolicyRole } from './print-policy';

const ROLES: readonly PolicyRole[] = ['operator', 'analyst', 'deployer'];

const NOTES = `
An operator uses every command, an analyst tail, alerts and Athena; a deployer takes the roles of cdk bootstrap, and no
deployment is needed for that policy. Statements whose Sid begins with Change can be left out: what only reads still works.

Example:
  npx --no -- netskope-audit policy analyst > analyst.json`;

/** `policy <role>`: prints an IAM policy that allows what a role needs, and no more. */
export function policy(accessOfCommands: () => CommandAccess): CliCommand {
  return {
    access: { policy: FIND },
    define: (program, openSession) => define(program, openSession, accessOfCommands),
  };
}

function define(program: Command, openSession: OpenSession, accessOfCommands: () => CommandAccess): void {
  withoutTable(program.command('policy'))
    .addArgument(new Argument('<role>', 'whom it is for').choices(ROLES))
    .description('prints the IAM policy that an operator, an analyst or a deployer needs')
    .addHelpText('after', NOTES)
    .action(async (role: PolicyRole, _options: unknown, command: Command) => {
      const { printPolicy } = await import('./print-policy');
      const { region, profile } = command.optsWithGlobals<GlobalOptions>();
      await printPolicy(openSession(), role, { accessOfCommands, choice: { region, profile } });
    });
}
