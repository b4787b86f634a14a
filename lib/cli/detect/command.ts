import type { Command } from 'commander';
import { Option } from 'commander';
import { SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import type { OpenSession } from '../session';
import { repeated } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { DetectOptions } from './detect-archived';

type TypedOptions = DetectOptions & { readonly list?: boolean };

const OF_A_RUN = ['from', 'to', 'learnFrom', 'full', 'failOn'];

const NOTES = `
Nothing is sent or stored. The range is of event time, in whole hours, UTC. The archived objects are evaluated as by the
deployed detector, the one with the earliest event first.
With --json each alert is a line as in its archived object, and a last line without alert_id sums up.

Examples:
  npx netskope-audit detect netskope --from 7d
  npx netskope-audit detect netskope --from 30d --rule many-deletes --rule policy-weakened --full
  npx netskope-audit detect --list`;

/** `detect [source]`: shows which alerts the detection pack would have raised, for tuning. */
export function defineDetect(program: Command, openSession: OpenSession): void {
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
      } else {
        const { detectArchived } = await import('./detect-archived');
        await detectArchived(openSession(), options, sourceId);
      }
    });
}
