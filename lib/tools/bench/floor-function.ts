/** Runs as a function of its own, so that it is measured exactly like the collector. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type * as DuckDb from '@duckdb/node-api';
import { splitResult } from '../../../lambdas/collector/core/page/result-splitter';

/** Bodies of pages, and the lines that the collector made from them; decoded, one file each. */
export const PAGE_FILE = 'page';
export const LINES_FILE = 'lines';
/** What DuckDB makes of a page. */
export const DUCKDB_FILE = 'duckdb.gz';

/** Work to do once on everything in a folder. */
export interface FloorWork {
  readonly folder: string;
  /**
   * `body`: parse each body, and compress it. `lines`: parse each body, and compress the lines made from all of them.
   * `split`: find the events of each body, which lossless storing adds to parsing. `duckdb`: have DuckDB read each body,
   * and write its events as compressed lines.
   */
  readonly on: 'body' | 'lines' | 'split' | 'duckdb';
  /** File of the package `@duckdb/node-api`, which has a library of its own and is not bundled. */
  readonly duckDbModule: string;
}

let connection: Promise<DuckDb.DuckDBConnection> | undefined;
const contents = new Map<string, Buffer[]>();

/** Does the work. Compression level and strategy are zlib's defaults, as in the collector. */
export async function handler({ folder, on, duckDbModule }: FloorWork): Promise<void> {
  if (on === 'duckdb') return copyPages(folder, await (connection ??= connect(duckDbModule)));
  const pages = read(folder, PAGE_FILE);
  const lines = read(folder, LINES_FILE);
  for (const body of pages) {
    if (on === 'split') splitResult(body);
    else JSON.parse(body.toString('utf8'));
    if (on === 'body') gzipSync(body);
  }
  if (on === 'lines') for (const object of lines) gzipSync(object);
}

/** Reads from memory after the first time, which only warms up. */
function read(folder: string, kind: string): Buffer[] {
  const known = contents.get(folder + kind);
  if (known !== undefined) return known;
  const read = filesOf(folder, kind).map((file) => readFileSync(file));
  contents.set(folder + kind, read);
  return read;
}

function filesOf(folder: string, kind: string): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(kind));
  return names.map((name) => join(folder, name));
}

/** On one thread, as the collector: parallel work takes no less CPU time. */
async function connect(module: string): Promise<DuckDb.DuckDBConnection> {
  const { DuckDBInstance } = (await import(module)) as typeof DuckDb;
  return (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
}

/** As somebody would type it. Its gzip has level 6, too (`MZ_DEFAULT_LEVEL` in DuckDB's gzip_file_system.cpp). */
async function copyPages(folder: string, duckDb: DuckDb.DuckDBConnection): Promise<void> {
  for (const page of filesOf(folder, PAGE_FILE))
    await duckDb.run(
      `COPY (SELECT unnest(result, max_depth := 2) FROM read_json('${page}'))
       TO '${join(folder, DUCKDB_FILE)}' (FORMAT json, COMPRESSION gzip)`,
    );
}
