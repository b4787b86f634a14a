import type { ErrorObject } from 'ajv';
import type { ArchiveSettings, DeploymentSettings, SourceSettings } from './deployment-schema';
import { receivedValue } from './received-value';

/** A window of fewer scheduled runs would take one that is late for silence. */
const RUNS_IN_NO_DATA_WINDOW = 3;

/** What of the settings has the right shape, each source with its place in the list. */
interface WholeParts {
  readonly sources: readonly { readonly place: number; readonly source: SourceSettings }[];
  readonly areAllSources: boolean;
  readonly archive?: ArchiveSettings;
}

function wholeParts({ sources, archive }: DeploymentSettings, errors: readonly ErrorObject[]): WholeParts {
  const isWhole = (path: string): boolean =>
    !errors.some(({ instancePath }) => instancePath === path || instancePath.startsWith(`${path}/`));
  const listed = (Array.isArray(sources) ? sources : []) as readonly SourceSettings[];
  const places = listed.map((source, place) => ({ place, source }));
  return {
    sources: places.filter(({ place }) => isWhole(`/sources/${place}`)),
    areAllSources: !errors.some(({ instancePath }) => instancePath.startsWith('/sources')),
    archive: isWhole('/archive') ? archive : undefined,
  };
}

const NOTHING_TO_COLLECT = 'sources are all retired; expected at least one that is collected';

/**
 * Problems between settings that are each right, in words.
 * @param settings as received, defaults filled in
 * @param errors what of them is wrong by itself, and is not looked at here
 */
export function contradictions(settings: DeploymentSettings, errors: readonly ErrorObject[]): string[] {
  const { sources, areAllSources, archive } = wholeParts(settings, errors);
  return [
    ...repeatedIds(sources),
    ...(areAllSources && sources.every(({ source }) => source.retired) ? [NOTHING_TO_COLLECT] : []),
    ...sources.flatMap(windowProblems),
    ...(archive === undefined ? [] : archiveProblems(archive)),
  ];
}

function repeatedIds(sources: WholeParts['sources']): string[] {
  const firstPlace = new Map<string, number>();
  return sources.flatMap(({ place, source: { id } }) => {
    const first = firstPlace.get(id);
    if (first === undefined) {
      firstPlace.set(id, place);
      return [];
    }
    return [
      `sources[${place}].id is ${receivedValue(id)}, as sources[${first}].id is; expected a different one`,
    ];
  });
}

function windowProblems({ place, source }: WholeParts['sources'][number]): string[] {
  const leastMinutes = RUNS_IN_NO_DATA_WINDOW * source.scheduleMinutes;
  if (source.noDataWindowMinutes >= leastMinutes) return [];
  return [
    `sources[${place}].noDataWindowMinutes is ${source.noDataWindowMinutes}; expected at least ${leastMinutes}, ` +
      `${RUNS_IN_NO_DATA_WINDOW} times its scheduleMinutes, or one late run would look like silence`,
  ];
}

function archiveProblems({
  createKmsKey,
  kmsKeyArn,
  objectLock,
  expireAfterDays,
}: ArchiveSettings): string[] {
  const problems: string[] = [];
  if (createKmsKey && kmsKeyArn !== undefined)
    problems.push(
      'archive has both createKmsKey and kmsKeyArn; expected one of them, for a bucket has one key',
    );
  if (objectLock !== undefined && expireAfterDays !== undefined && expireAfterDays < objectLock.days)
    problems.push(
      `archive.expireAfterDays is ${expireAfterDays}; expected at least archive.objectLock.days, ${objectLock.days}, ` +
        'for a locked object does not expire',
    );
  return problems;
}
