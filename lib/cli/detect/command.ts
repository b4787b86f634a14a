import type { Command } from 'commander';
import { Option } from 'commander';
import { SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import type { CliCommand } from '../cli-command';
import { FIND, READ_ARCHIVE, READ_MUTES } from '../deployment/access';
import type { OpenSession } from '../session';
import { integerWithin, repeated } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { DetectOptions } from './detect-archived';

type TypedOptions = DetectOptions & { readonly list?: boolean; readonly events?: string };

const OF_ARCHIVE = ['from', 'to', 'learnFrom'];
const OF_A_RUN = [...OF_ARCHIVE, 'full', 'failOn', 'severity', 'newest', 'limit', 'events'];
const MAX_ALERTS = 100_000;

const NOTES = `
Nothing is sent or stored. The range is of event time, in whole hours, UTC. The archived objects are evaluated as by the
deployed detector, the one with the earliest event first. What is muted in the deployment is left out, unless --untuned
asks for the rules as they come; with --events nothing is muted.
With --json each alert is a line as in its archived object, without its incident; a last line without alert_id sums up.
--severity and --limit choose what is printed; the counts and --fail-on are about all alerts.
A file for --events is a JSON array, or has one event a line: as Netskope sends them, or as they are archived. All of it
is evaluated, and no deployment is needed.

Examples:
  npx --no -- netskope-audit detect netskope --from 7d
  npx --no -- netskope-audit detect netskope --from 30d --rule many-deletes --rule policy-weakened --full
  npx --no -- netskope-audit detect --events events.json --severity high --newest
  npx --no -- netskope-audit detect --list`;

/** `detect [source]`: shows which alerts the detection pack would have raised, for tuning. */
export const DETECT: CliCommand = {
  access: { detect: { ...FIND, ...READ_ARCHIVE, ...READ_MUTES } },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  program
    .command('detect')
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description('runs the detection pack over archived events, and shows what would have been alerted')
    .addOption(new Option('--from <time>', `begin; 7 days ago where left out. ${TIME_FORMS}`))
    .addOption(new Option('--to <time>', 'end, in the same forms; now where left out'))
    .addOption(
      new Option(
        '--learn-from <time>',
        'begin of what is only learned from; 14 days before --from, or a day if no rule asked for learns',
      ),
    )
    .addOption(
      new Option('--rule <id>', 'only this rule, even if it is switched off; may be repeated').argParser(
        repeated,
      ),
    )
    .addOption(
      new Option('--settings <file>', 'tuning: context.detection of this file; of ./cdk.json where left out'),
    )
    .addOption(new Option('--untuned', 'the rules as they come, without any tuning').conflicts('settings'))
    .addOption(
      new Option('--events <file>', 'evaluate the events of this file, not of the archive').conflicts(
        OF_ARCHIVE,
      ),
    )
    .addOption(new Option('--severity <least>', 'print only alerts this urgent, or more').choices(SEVERITIES))
    .addOption(new Option('--newest', 'print the newest alert first'))
    .addOption(
      new Option(
        '--limit <count>',
        'print so many alerts; 100 where left out, with --json or as CSV all',
      ).argParser(integerWithin(0, MAX_ALERTS)),
    )
    .addOption(new Option('--full', 'each alert as the message that would have been sent'))
    .addOption(
      new Option('--fail-on <severity>', 'end with 3 where an alert is this urgent, or more').choices(
        SEVERITIES,
      ),
    )
    .addOption(new Option('--list', 'only show the rules, as they are tuned').conflicts(OF_A_RUN))
    .addHelpText('after', NOTES)
    .action(async (sourceId: string | undefined, options: TypedOptions) => {
      if (options.list === true) {
        const { listRules } = await import('./list-rules');
        await listRules(openSession(), options);
      } else if (options.events !== undefined) {
        const { detectEvents } = await import('./detect-events');
        await detectEvents(openSession(), options.events, options, sourceId);
      } else {
        const { detectArchived } = await import('./detect-archived');
        await detectArchived(openSession(), options, sourceId);
      }
    });
}
