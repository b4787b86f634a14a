import type { Command } from 'commander';
import type { CliCommand } from '../cli-command';
import { FIND, READ_ALARMS, READ_ARCHIVE, READ_CHECKPOINTS, READ_METRICS } from '../deployment/access';
import type { OpenSession } from '../session';

/** `status`: all sources at a glance. */
export const STATUS: CliCommand = {
  access: {
    status: {
      ...FIND,
      ...READ_CHECKPOINTS,
      ...READ_ARCHIVE,
      ...READ_METRICS,
      everyAlarm: READ_ALARMS.everyAlarm,
    },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  program
    .command('status')
    .description('shows every source: state, last run, last event, lag, counts of 24 hours, alarms')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit status')
    .action(async () => {
      const { showStatus } = await import('./show-status');
      await showStatus(openSession());
    });
}
