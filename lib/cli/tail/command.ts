import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import { FIND, READ_ARCHIVE } from '../deployment/access';
import type { OpenSession } from '../session';
import { integerWithin, repeated, withoutTable } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { EventFormat, TailOptions } from './show-tail';

const MAX_LINES = 100_000;
/** Netskope keeps events for 90 days; if the archive holds more, Athena is the tool. */
const MAX_HOURS = 90 * 24;
const MAX_INTERVAL_S = 3600;

/** How an event can be printed, each with its words in the help; the first is the default. */
const FORMATS = {
  line: { help: 'a line to read', load: async () => (await import('./line-format')).LINE_FORMAT },
  ocsf: {
    help: 'an OCSF 1.5.0 event in JSON',
    load: async () => (await import('./ocsf-format')).OCSF_FORMAT,
  },
} as const satisfies Readonly<Record<string, OfferedFormat>>;

interface OfferedFormat {
  readonly help: string;
  readonly load: () => Promise<EventFormat>;
}

interface TypedOptions extends Omit<TailOptions, 'format'> {
  readonly format: keyof typeof FORMATS;
}

const EXAMPLES = `
Upper and lower case are the same to --user, --event and --exclude.

Examples:
  npx --no -- netskope-audit tail netskope -n 50 --follow
  npx --no -- netskope-audit tail netskope --since 2h --event policy --exclude svc-`;

/** `tail [source]`: the newest events, in the chosen format. */
export const TAIL: CliCommand = {
  access: { tail: { ...FIND, ...READ_ARCHIVE } },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  const formats = Object.entries(FORMATS);
  withoutTable(program.command('tail'), { format: 'ocsf' })
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description('prints the newest events of a source, by event time')
    .addOption(
      new Option('-n, --lines <count>', 'how many').default(20).argParser(integerWithin(0, MAX_LINES)),
    )
    .addOption(
      new Option('--hours <hours>', 'how far back to look')
        .default(24)
        .argParser(integerWithin(1, MAX_HOURS)),
    )
    .addOption(new Option('--since <time>', `only events from then on. ${TIME_FORMS}`).conflicts('hours'))
    .option('--user <text>', 'only events of users with this text in the name')
    .option('--event <text>', 'only events with this text in what was done')
    .addOption(
      new Option('--exclude <text>', 'no events whose line has this text; may be repeated').argParser(
        repeated,
      ),
    )
    .option('-f, --follow', 'go on with what is archived from now on, until Ctrl-C')
    .addOption(
      new Option('--interval <seconds>', 'with --follow: how often to look')
        .default(10)
        .argParser(integerWithin(1, MAX_INTERVAL_S)),
    )
    .addOption(
      new Option('--format <format>', formats.map(([, { help }]) => help).join(', or '))
        .choices(formats.map(([name]) => name))
        .default(formats[0]?.[0]),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (sourceId: string | undefined, options: TypedOptions) => {
      const { showTail } = await import('./show-tail');
      const format = await FORMATS[options.format].load();
      await showTail(openSession(), { ...options, format }, sourceId);
    });
}
