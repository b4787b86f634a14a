import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateSecretCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { FleetSource } from '../../../lambdas/contract/deployment/fleet';
import { ROUND_MINUTES } from '../../../lambdas/contract/deployment/fleet';
import { secretName } from '../../../lambdas/contract/deployment/source-secret';
import { inParallel } from '../../../lambdas/shared/in-parallel';
import { countOf } from '../../format/quantities';
import type { Deployment } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { GivenSource } from './source-file';
import { givenSources, parseSources } from './source-file';
import { StoredSources } from './stored-sources';

/** Options of `sources add`. */
export interface AddOptions {
  readonly label?: string;
  readonly file?: string;
}

/** AWS makes 50 secrets a second at most (AWS Secrets Manager user guide, "Quotas"); each takes a tenth of a second. */
const SECRETS_AT_ONCE = 4;

/** Adds sources to a fleet, or changes those that are there: first their secrets, then all of them to the list. */
export async function addSources(
  session: Session,
  id: string | undefined,
  { label, file }: AddOptions,
): Promise<void> {
  if ((id === undefined) === (file === undefined))
    throw new OperatorError({
      what: 'Give the id of a source, or --file, and not both.',
      whatToDo: 'npx --no -- netskope-audit sources add --help explains it.',
      exitCode: ExitCode.WrongUsage,
    });
  const given =
    file === undefined
      ? givenSources([{ id, ...(label !== undefined && { label }) }])
      : parseSources(readFile(file));
  const deployment = await session.deployment();
  const stored = new StoredSources(deployment);
  await inParallel(given, SECRETS_AT_ONCE, (source) => makeSecret(deployment, source));
  let added: readonly string[] = [];
  let changed: readonly string[] = [];
  await stored.change((sources) => {
    const merged = withGiven(sources, given, session.nowMs());
    ({ added, changed } = merged);
    return added.length + changed.length === 0 ? sources : merged.sources;
  });
  const unchanged = given.length - added.length - changed.length;
  session.terminal.printMarked(
    'good',
    `${countOf(added.length, 'source')} added, ${changed.length} changed, ${unchanged} as before.`,
  );
  if (added.length > 0)
    session.terminal.print(
      `The next round, in ${ROUND_MINUTES} minutes at most, starts to collect; give each its domain and token: npx --no -- netskope-audit setup <id>`,
    );
  session.terminal.json({ added, changed, unchanged });
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OperatorError(
      {
        what: `File ${path} cannot be read: ${(cause as Error).message}`,
        whatToDo: 'Check the path.',
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}

/** Without a value, as a stack makes it. A source that was added before, or retired, has one. */
async function makeSecret({ aws, outputs }: Deployment, { sourceId, label }: GivenSource): Promise<void> {
  const Name = secretName(outputs.SecretNamePrefix, sourceId);
  try {
    await aws
      .client(SecretsManagerClient)
      .send(new CreateSecretCommand({ Name, Description: `Domain and token of ${label}` }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
  }
}

/** The list with the given sources; those that it has keep their place. */
function withGiven(
  sources: readonly FleetSource[],
  given: readonly GivenSource[],
  nowMs: number,
): {
  readonly sources: readonly FleetSource[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
} {
  const byId = new Map(sources.map((source) => [source.sourceId, source]));
  const added: string[] = [];
  const changed: string[] = [];
  for (const source of given) {
    const before = byId.get(source.sourceId);
    const next = { ...source, addedAtMs: before?.addedAtMs ?? nowMs };
    if (before === undefined) added.push(source.sourceId);
    else if (!isDeepStrictEqual(before, next)) changed.push(source.sourceId);
    byId.set(source.sourceId, next);
  }
  return { sources: [...byId.values()], added, changed };
}
