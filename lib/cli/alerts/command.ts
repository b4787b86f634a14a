import type { Command } from 'commander';
import { Option } from 'commander';
import { SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import type { CliCommand } from '../cli-command';
import { FIND, READ_ARCHIVE } from '../deployment/access';
import type { OpenSession } from '../session';
import { integerWithin, repeated, withoutTable } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import { MAX_ALERTS } from './newest-alerts';
import type { ListAlertsOptions } from './show-alerts';

const LIST_NOTES = `
The range is of the time of an alert's first event. Each alert is one line, with the counts of its newest update.
With --json every record of these alerts is a line, as it is stored: the alert, then its updates.

Examples:
  npx --no -- netskope-audit alerts list netskope --severity high
  npx --no -- netskope-audit alerts list netskope --from 90d --user mallory --rule policy-weakened`;

/** `alerts list|show`: reads the alerts that the detector has stored. */
export const ALERTS: CliCommand = {
  access: {
    'alerts list': { ...FIND, ...READ_ARCHIVE },
    'alerts show': { ...FIND, ...READ_ARCHIVE },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  const alerts = program
    .command('alerts')
    .description('shows the alerts that were raised')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit alerts list netskope');
  defineList(alerts, openSession);
  defineShow(alerts, openSession);
}

function defineList(alerts: Command, openSession: OpenSession): void {
  alerts
    .command('list')
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description('lists the alerts of a source, the newest first')
    .addOption(new Option('--from <time>', `begin; 30 days ago where left out. ${TIME_FORMS}`))
    .addOption(new Option('--to <time>', 'end, in the same forms; none where left out'))
    .addOption(new Option('--severity <least>', 'only alerts this urgent, or more').choices(SEVERITIES))
    .addOption(new Option('--rule <id>', 'only alerts of this rule; may be repeated').argParser(repeated))
    .addOption(new Option('--user <text>', 'only alerts that name a user with this text in the name'))
    .addOption(new Option('--limit <count>', 'how many').default(50).argParser(integerWithin(1, MAX_ALERTS)))
    .addHelpText('after', LIST_NOTES)
    .action(async (sourceId: string | undefined, options: ListAlertsOptions) => {
      const { listAlerts } = await import('./show-alerts');
      await listAlerts(openSession(), options, sourceId);
    });
}

function defineShow(alerts: Command, openSession: OpenSession): void {
  withoutTable(alerts.command('show'))
    .argument('<alert>', 'id of the alert, as in a message or in alerts list')
    .description('prints an alert as in its message, and its updates')
    .addHelpText(
      'after',
      '\nExample:\n  npx --no -- netskope-audit alerts show many-deletes-20261122T090000Z-0123456789abcdef',
    )
    .action(async (alertId: string) => {
      const { showAlert } = await import('./show-alerts');
      await showAlert(openSession(), alertId);
    });
}
