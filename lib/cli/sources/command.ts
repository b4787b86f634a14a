import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliCommand } from '../cli-command';
import { CHANGE_FLEET, FIND, FIND_FLEET } from '../deployment/access';
import type { OpenSession } from '../session';
import { withoutTable } from '../terminal/options';
import type { AddOptions } from './add-sources';

const FILE_FORMS = `
The file is a JSON list of sources as in cdk.json: id, and if wanted label, startLookbackHours, dailyRecheck, noDataAlarm
and noDataWindowMinutes; or a line for each source, id,label. Sources that are listed already take over what differs. All
are added, or none.

Examples:
  npx --no -- netskope-audit sources add corp --label "Corp Inc."
  npx --no -- netskope-audit sources add --file tenants.csv`;

/** `sources add|list|retire`: the sources of a fleet, without a deployment. */
export const SOURCES: CliCommand = {
  access: {
    'sources list': { ...FIND, ...FIND_FLEET },
    'sources add': { ...CHANGE_FLEET, secrets: ['secretsmanager:CreateSecret'] },
    'sources retire': CHANGE_FLEET,
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  const sources = program
    .command('sources')
    .description('the sources of a fleet, which are added and retired without a deployment')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit sources list');
  withoutTable(sources.command('add [id]'))
    .description('adds a source, or those of a file, each with an empty secret')
    .addOption(new Option('--label <text>', 'for people; part of every record; else the id'))
    .addOption(new Option('--file <path>', 'file with the sources').conflicts('label'))
    .addHelpText('after', FILE_FORMS)
    .action(async (id: string | undefined, options: AddOptions) => {
      const { addSources } = await import('./add-sources');
      await addSources(openSession(), id, options);
    });
  sources
    .command('list')
    .description('lists the sources of the fleet')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit sources list')
    .action(async () => {
      const { listSources } = await import('./list-sources');
      await listSources(openSession());
    });
  withoutTable(sources.command('retire <ids...>'))
    .description('collects sources no more; what is archived stays, and the secret')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit sources retire corp')
    .action(async (ids: readonly string[]) => {
      const { retireSources } = await import('./retire-sources');
      await retireSources(openSession(), ids);
    });
}
