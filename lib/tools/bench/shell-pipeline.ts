import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BenchServers } from './bench-servers';

/** The cost of a shell pipeline, all its processes together. */
export interface PipelineCost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** What an operator without this collector would type. `time` is bash's own, which counts the whole pipeline. */
const PIPELINE = `set -o pipefail; TIMEFORMAT='%R %U %S'
time curl -sS --noproxy '*' -H 'Netskope-Api-Token: bench' "$0" | jq -c '.result[]' | gzip > "$1"`;

/** Programs of the pipeline, and bash itself, that are not installed; empty if it can run. */
export function missingPrograms(): string[] {
  const isMissing = (name: string): boolean =>
    spawnSync('bash', ['--norc', '-c', `command -v ${name}`], { stdio: 'ignore' }).status !== 0;
  return ['bash', 'curl', 'jq', 'gzip'].filter(isMissing);
}

/**
 * Sends one full page through `curl | jq -c '.result[]' | gzip`.
 * @param folder receives the output
 * @param pages an entry into the backlog
 * @throws Error if the pipeline fails, or its output does not have one line for each event
 */
export function runPipeline(servers: BenchServers, folder: string, pages: number): PipelineCost {
  const query = `operation=${servers.startEpochS(pages)}&index=pipeline`;
  const file = join(folder, 'pipeline.gz');
  const ended = spawnSync('bash', ['--norc', '-c', PIPELINE, `${servers.iteratorUrl}?${query}`, file], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const lineCount =
    ended.status === 0 ? gunzipSync(readFileSync(file)).toString('utf8').split('\n').length - 1 : 0;
  const [wallS = 0, userS = 0, systemS = 0] = ended.stderr.trim().split(' ').map(Number);
  if (lineCount === servers.eventsPerPage) return { wallMs: wallS * 1000, cpuMs: (userS + systemS) * 1000 };
  throw new Error(
    `the pipeline wrote ${lineCount} lines, expected ${servers.eventsPerPage}; status ${ended.status}, ${ended.stderr}`,
  );
}
