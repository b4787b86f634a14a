import type { Command } from 'commander';
import { Option } from 'commander';
import type { Exclusion } from '../../../lambdas/detector/core/rule/exclusion';
import { EXCLUSION_FIELDS } from '../../../lambdas/detector/core/rule/tuning-problems';
import type { CliCommand } from '../cli-command';
import { CHANGE_MUTES, FIND, READ_MUTES } from '../deployment/access';
import type { OpenSession } from '../session';
import { withoutTable } from '../terminal/options';

const NOTES = `
Muted events are not counted, as those of an exclusion in cdk.json; all that is given must fit. --until and --because are
needed. Case does not count, and * stands for any text. It holds for every source, from the next object of the archive on,
up to the end of the last day, UTC, by the time of the event. What lasts belongs into cdk.json.

Examples:
  npx --no -- netskope-audit mute many-deletes --user ci@corp.example --until 2026-12-04 --because "migration, ticket 4711"
  npx --no -- netskope-audit mute list
  npx --no -- netskope-audit mute end mute-3fa9c1d2`;

/** `mute <rule>|list|end`: exclusions without a deployment. */
export const MUTE: CliCommand = {
  access: {
    mute: { ...FIND, ...CHANGE_MUTES },
    'mute list': { ...FIND, ...READ_MUTES },
    'mute end': { ...FIND, ...CHANGE_MUTES },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  const mute = withoutTable(program.command('mute'))
    .argument('<rule>', 'id of the rule, or all')
    .description('keeps expected events from rules for some days, without a deployment');
  for (const [flag, field] of [
    ['--user <name>', 'user'],
    ['--address <address>', 'address'],
    ['--event <name>', 'event'],
    ['--object <name>', 'object'],
    ['--api-path <path>', 'apiPath'],
    ['--until <day>', 'until'],
    ['--because <text>', 'because'],
  ] as const)
    mute.addOption(new Option(flag, EXCLUSION_FIELDS[field].expected));
  mute.addHelpText('after', NOTES).action(async (rule: string, options: Exclusion) => {
    const { setMute } = await import('./mute');
    await setMute(openSession(), rule, options);
  });
  defineList(mute, openSession);
  defineEnd(mute, openSession);
}

function defineList(mute: Command, openSession: OpenSession): void {
  mute
    .command('list')
    .description('lists what is muted, also what has ended since the last change')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit mute list')
    .action(async () => {
      const { listMutes } = await import('./mute');
      await listMutes(openSession());
    });
}

function defineEnd(mute: Command, openSession: OpenSession): void {
  withoutTable(mute.command('end'))
    .argument('<mute>', 'its id, as in mute list')
    .description('ends a mute before its last day')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit mute end mute-3fa9c1d2')
    .action(async (id: string) => {
      const { endMute } = await import('./mute');
      await endMute(openSession(), id);
    });
}
