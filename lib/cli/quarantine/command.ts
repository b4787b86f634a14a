import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import { FIND, READ_ARCHIVE, RUN_COLLECTOR } from '../deployment/access';
import type { OpenSession } from '../session';
import { integerWithin, readDay, withoutTable } from '../terminal/options';
import type { ListOptions } from './list-quarantine';
import type { RedriveOptions } from './redrive-quarantine';
import type { ShowOptions } from './show-quarantine';

const MAX_LINES = 10_000;
const MAX_DAYS = 36_500;
const SOURCE = ['[source]', 'id of the source; may be left out where there is only one'] as const;

/** `quarantine list|show|redrive`: shows rejected events and unreadable pages, and validates them again after a fix. */
export const QUARANTINE: CliCommand = {
  access: {
    'quarantine list': { ...FIND, ...READ_ARCHIVE },
    'quarantine show': { ...FIND, ...READ_ARCHIVE },
    'quarantine redrive': { ...FIND, archive: READ_ARCHIVE.archive, ...RUN_COLLECTOR },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  const quarantine = program
    .command('quarantine')
    .description('shows what was rejected and why, and has it validated again')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit quarantine list netskope');
  defineList(quarantine, openSession);
  defineShow(quarantine, openSession);
  defineRedrive(quarantine, openSession);
}

function defineList(quarantine: Command, openSession: OpenSession): void {
  quarantine
    .command('list')
    .argument(...SOURCE)
    .description('counts rejected events by reason, and lists the pages that could not be read')
    .addOption(daysOption())
    .addOption(fromDayOption())
    .addOption(toDayOption())
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit quarantine list netskope --days 7')
    .action(async (sourceId: string | undefined, options: ListOptions) => {
      const { listQuarantine } = await import('./list-quarantine');
      await listQuarantine(openSession(), options, sourceId);
    });
}

function defineShow(quarantine: Command, openSession: OpenSession): void {
  withoutTable(quarantine.command('show'))
    .argument(...SOURCE)
    .description(
      'prints the newest rejected events as they were received, the newest unreadable pages, and the reasons',
    )
    .addOption(
      new Option('-n, --lines <count>', 'how many').default(20).argParser(integerWithin(1, MAX_LINES)),
    )
    .addOption(new Option('--reason <text>', 'only events and pages one of whose reasons contains this text'))
    .addOption(daysOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx --no -- netskope-audit quarantine show netskope --reason timestamp -n 5',
    )
    .action(async (sourceId: string | undefined, options: ShowOptions) => {
      const { showQuarantine } = await import('./show-quarantine');
      await showQuarantine(openSession(), options, sourceId);
    });
}

function defineRedrive(quarantine: Command, openSession: OpenSession): void {
  withoutTable(quarantine.command('redrive'))
    .argument(...SOURCE)
    .description(
      'validates rejected events and reads pages again, as the deployed collector does: what it accepts is archived, once',
    )
    .addOption(fromDayOption())
    .addOption(toDayOption())
    .addHelpText(
      'after',
      '\nThe quarantine keeps its objects. Nothing is archived twice, however often this is repeated.' +
        '\n\nExample:\n  npx --no -- netskope-audit quarantine redrive netskope --from-day 2026-11-01',
    )
    .action(async (sourceId: string | undefined, options: RedriveOptions) => {
      const { redriveQuarantine } = await import('./redrive-quarantine');
      await redriveQuarantine(openSession(), options, sourceId);
    });
}

function daysOption(): Option {
  return new Option('--days <days>', 'days of arrival to look at, today included')
    .default(30)
    .argParser(integerWithin(1, MAX_DAYS));
}

function fromDayOption(): Option {
  return new Option('--from-day <day>', 'first day of arrival, UTC').argParser(readDay);
}

function toDayOption(): Option {
  return new Option('--to-day <day>', 'last day of arrival, UTC').argParser(readDay);
}
