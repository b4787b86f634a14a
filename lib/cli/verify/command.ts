import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { ManifestHead } from '../../../lambdas/contract/storage/manifest';
import type { CliCommand } from '../cli-command';
import type { Access } from '../deployment/access';
import {
  FILE_BACKFILL,
  FIND,
  READ_ALERT_HEADS,
  READ_ARCHIVE,
  READ_CHECKPOINTS,
  READ_SECRET,
} from '../deployment/access';
import type { OpenSession } from '../session';
import { integerWithin } from '../terminal/options';
import { TIME_FORMS } from '../terminal/time-range';
import type { ChainOptions } from './chain/verify-chain';
import type { EventsOptions } from './events/verify-events';

type VerifyOptions = EventsOptions & ChainOptions & { readonly chain?: boolean };

const MAX_DAYS = 36_500;
const MAX_LINE = 999_999_999_999;
const OF_CHAIN = ['keptHead', 'heads', 'publicKey', 'retentionDays', 'resumeAt'];
const OF_EVENTS = ['from', 'to', 'ids', 'all', 'fileBackfill'];

const EXAMPLES = [
  'npx --no -- netskope-audit verify netskope --from 7d',
  'npx --no -- netskope-audit verify netskope --from 2026-11-20 --to 2026-11-21 --ids --file-backfill',
  'npx --no -- netskope-audit verify netskope --chain',
];

const COMPARISON: Access = { ...FIND, ...READ_SECRET, ...READ_CHECKPOINTS, ...READ_ARCHIVE };

/** `verify [source]`: compares the archive with Netskope's own numbers, or checks it by the manifest. */
export const VERIFY: CliCommand = {
  access: {
    verify: COMPARISON,
    'verify --file-backfill': { ...COMPARISON, ...FILE_BACKFILL },
    'verify --chain': { ...FIND, ...READ_CHECKPOINTS, ...READ_ALERT_HEADS, ...READ_ARCHIVE },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  program
    .command('verify')
    .argument('[source]', 'id of the source; may be left out where there is only one')
    .description("compares the archive with Netskope's own numbers, or proves that nothing in it was changed")
    .addOption(new Option('--from <time>', `${TIME_FORMS}; 24 hours ago where left out`))
    .addOption(new Option('--to <time>', 'the same forms; ten minutes ago at the latest'))
    .addOption(new Option('--ids', 'event by event: which are missing, extra or double'))
    .addOption(new Option('--all', 'also hours without a difference'))
    .addOption(new Option('--file-backfill', 'have what is missing collected'))
    .addOption(
      new Option('--chain', 'follow the manifest: is every object as it was written?').conflicts(OF_EVENTS),
    )
    .addOption(
      new Option('--kept-head <number:sha256>', 'with --chain: a head that was printed and kept earlier')
        .argParser(readHead)
        .conflicts(OF_EVENTS),
    )
    .addOption(
      new Option(
        '--heads <path>',
        'with --chain: a file or folder of daily messages that were kept',
      ).conflicts(OF_EVENTS),
    )
    .addOption(
      new Option(
        '--public-key <path>',
        'with --chain: the key, in PEM, that must have signed every head',
      ).conflicts(OF_EVENTS),
    )
    .addOption(
      new Option('--resume-at <line>', 'with --chain: objects of lines before this one are not read again')
        .argParser(integerWithin(1, MAX_LINE))
        .conflicts(OF_EVENTS),
    )
    .addOption(
      new Option('--retention-days <days>', 'with --chain: objects expire so long after they were stored')
        .argParser(integerWithin(1, MAX_DAYS))
        .conflicts(OF_EVENTS),
    )
    .addHelpText(
      'after',
      '\nHours are of event time, UTC. Netskope is asked by another endpoint than the collector asks, for which the' +
        '\ntoken needs a scope of its own; the message names it. Exit code 3 means that something differs.' +
        `\n\nExamples:\n${EXAMPLES.map((line) => `  ${line}`).join('\n')}`,
    )
    .action(async (sourceId: string | undefined, options: VerifyOptions) => {
      const ofChain = OF_CHAIN.some((name) => name in options);
      if (options.chain === true || ofChain) {
        const { verifyChain } = await import('./chain/verify-chain');
        await verifyChain(openSession(), options, sourceId);
      } else {
        const { verifyEvents } = await import('./events/verify-events');
        await verifyEvents(openSession(), options, sourceId);
      }
    });
}

/** Reads a head in the form that `verify --chain` prints. */
function readHead(text: string): ManifestHead {
  const [, number, sha256] = /^([1-9]\d{0,11}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number !== undefined && sha256 !== undefined) return { number: Number(number), sha256 };
  throw new InvalidArgumentError('Expected the number of a line, a colon and its SHA-256 in hex.');
}
