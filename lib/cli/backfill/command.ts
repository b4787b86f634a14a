import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import { FILE_BACKFILL, FIND, RUN_COLLECTOR } from '../deployment/access';
import type { OpenSession } from '../session';
import type { GlobalOptions } from '../terminal/options';
import { withoutTable } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { BackfillOptions } from './run-backfill';

/** `backfill [source]`: collects a past time range again, beside the live feed. */
export const BACKFILL: CliCommand = {
  access: { backfill: { ...FIND, ...FILE_BACKFILL, ...RUN_COLLECTOR } },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  withoutTable(program.command('backfill'))
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description('collects up to 90 days of the past beside the live feed, and stores what the archive lacks')
    .addOption(new Option('--from <time>', `begin; without it the open backfill is watched. ${TIME_FORMS}`))
    .addOption(new Option('--to <time>', 'end, an hour ago at the latest (default: an hour ago)'))
    .addOption(new Option('--detach', 'say how it stands and end, in place of watching it'))
    .addOption(
      new Option('--cancel', 'end the open backfill; what it has stored stays').conflicts([
        'from',
        'to',
        'detach',
      ]),
    )
    .addHelpText(
      'after',
      '\nThe deployed collector does the work. Ctrl-C ends only the watching; without --from it is taken up again.' +
        '\n\nExample:\n  npx --no -- netskope-audit backfill netskope --from 30d --to 2026-11-20',
    )
    .action(async (sourceId: string | undefined, options: TypedOptions, command: Command) => {
      const { runBackfill } = await import('./run-backfill');
      const { local } = command.optsWithGlobals<GlobalOptions>();
      await runBackfill(openSession(), { ...options, isLocal: local === true }, sourceId);
    });
}

type TypedOptions = Omit<BackfillOptions, 'isLocal'>;
