import type { Command } from 'commander';
import type { OpenSession } from '../session';

/** `status`: all sources at a glance. */
export function defineStatus(program: Command, openSession: OpenSession): void {
  program
    .command('status')
    .description('shows every source: state, last run, last event, lag, counts of 24 hours, alarms')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit status')
    .action(async () => {
      const { showStatus } = await import('./show-status');
      await showStatus(openSession());
    });
}
