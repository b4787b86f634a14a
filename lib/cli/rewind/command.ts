import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import { FIND, READ_CHECKPOINTS, RUN_COLLECTOR } from '../deployment/access';
import type { OpenSession } from '../session';
import type { GlobalOptions } from '../terminal/options';
import { withoutTable } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { RewindOptions } from './rewind-feed';

/** `rewind [source]`: restarts the live feed from an earlier time. */
export const REWIND: CliCommand = {
  access: { rewind: { ...FIND, ...READ_CHECKPOINTS, ...RUN_COLLECTOR } },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  withoutTable(program.command('rewind'))
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description('restarts the live feed from an earlier time; what the archive holds is not stored twice')
    .addOption(new Option('--to <time>', `where it is to begin again. ${TIME_FORMS}`))
    .addOption(
      new Option(
        '--skip-to <time>',
        'a later time, where it is to go on: what lies between is given up',
      ).conflicts(['to', 'yes']),
    )
    .addOption(new Option('--yes', 'with --to: do not ask for confirmation'))
    .addOption(
      new Option(
        '--confirm <source id>',
        'with --skip-to: the id of the source, in place of typing it',
      ).conflicts('to'),
    )
    .addHelpText(
      'after',
      '\nWith --to the newest events wait until the feed has come back to the present; backfill does not make them wait.' +
        '\n--skip-to gives events up, and is for a feed that cannot be brought on in any other way.' +
        '\n\nExample:\n  npx --no -- netskope-audit rewind netskope --to 6h',
    )
    .action(async (sourceId: string | undefined, options: TypedOptions, command: Command) => {
      const { rewindFeed } = await import('./rewind-feed');
      const { local } = command.optsWithGlobals<GlobalOptions>();
      await rewindFeed(openSession(), { ...options, isLocal: local === true }, sourceId);
    });
}

type TypedOptions = Omit<RewindOptions, 'isLocal'>;
