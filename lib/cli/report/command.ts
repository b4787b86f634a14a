import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import {
  FIND,
  READ_ALARMS,
  READ_ALERT_HEADS,
  READ_ARCHIVE,
  READ_CHECKPOINTS,
  READ_METRICS,
  READ_SECRET,
} from '../deployment/access';
import type { OpenSession } from '../session';
import { integerWithin, withoutTable } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { ReportOptions } from './make-report';

const MAX_DAYS = 36_500;

const NOTES = `
The file needs no network and no script, and prints to A4. Beside every number stands the command that gives it again.
The whole chain is checked, not only the period. A period that begins more than 90 days ago is not compared with
Netskope. Exit code 3 means that something differs; if a check could not be made, the code is that of its error. The
file is written in either case, and says so.

Examples:
  npx --no -- netskope-audit report netskope --from 30d
  npx --no -- netskope-audit report netskope --from 2026-11-01 --to 2026-12-01 --heads mails/ --file november.html`;

/** `report [source]`: writes what an auditor is handed. */
export const REPORT: CliCommand = {
  access: {
    report: {
      ...FIND,
      ...READ_SECRET,
      ...READ_CHECKPOINTS,
      ...READ_ALERT_HEADS,
      ...READ_ARCHIVE,
      ...READ_METRICS,
      everyAlarm: READ_ALARMS.everyAlarm,
      alarms: ['cloudwatch:DescribeAlarmHistory'],
    },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  withoutTable(program.command('report'))
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description('writes a file for auditors: what the archive of a period is, and what was checked')
    .addOption(new Option('--from <time>', `${TIME_FORMS}; 24 hours ago where left out`))
    .addOption(new Option('--to <time>', 'the same forms; ten minutes ago at the latest'))
    .addOption(new Option('--file <file>', 'file to write; named after source and period where left out'))
    .addOption(new Option('--open', 'open the file'))
    .addOption(
      new Option(
        '--heads <path>',
        'a file or folder of daily messages that were kept: the chain is held against them',
      ),
    )
    .addOption(
      new Option('--retention-days <days>', 'objects expire so long after they were stored').argParser(
        integerWithin(1, MAX_DAYS),
      ),
    )
    .addHelpText('after', NOTES)
    .action(async (sourceId: string | undefined, options: ReportOptions) => {
      const { makeReport } = await import('./make-report');
      await makeReport(openSession(), options, sourceId);
    });
}
