import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import { FIND, READ_ALARMS, READ_CHECKPOINTS, READ_SECRET, RUN_COLLECTOR } from '../deployment/access';
import type { OpenSession } from '../session';
import { withoutTable } from '../terminal/options';
import type { SetupOptions } from './set-up';

/** `setup`: gives a source its domain and token, or rotates the token. */
export const SETUP: CliCommand = {
  access: {
    setup: {
      ...FIND,
      secrets: [...READ_SECRET.secrets, 'secretsmanager:PutSecretValue'],
      ...READ_CHECKPOINTS,
      ...RUN_COLLECTOR,
      ...READ_ALARMS,
    },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  withoutTable(program.command('setup [source]'))
    .description(
      'tries domain and token at Netskope, stores them, and collects once; again, it rotates the token',
    )
    .addOption(
      new Option(
        '--domain <host>',
        'host name of the tenant, such as corp.goskope.com; else it is asked for',
      ),
    )
    .addOption(
      new Option(
        '--allow-domain <domain>',
        "domain beside Netskope's own that the token may be sent to, for this command",
      ),
    )
    .addOption(
      new Option('--token-file <path>', 'file with the token, - for standard input; else it is asked for'),
    )
    .addOption(
      new Option('--token-expires-at <day>', "the token's last day, such as 2027-06-30: alarms fire before"),
    )
    .addHelpText(
      'after',
      '\nThe token is never an argument: other users of the machine could see it.' +
        '\n\nExamples:\n  npx --no -- netskope-audit setup' +
        '\n  pass show netskope | npx --no -- netskope-audit setup netskope --domain corp.goskope.com --token-file -',
    )
    .action(async (sourceId: string | undefined, _options: unknown, command: Command) => {
      const { setUp } = await import('./set-up');
      await setUp(openSession(), sourceId, command.optsWithGlobals<SetupOptions>());
    });
}
