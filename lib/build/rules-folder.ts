import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { BuildFailure } from 'esbuild';
import { buildSync } from 'esbuild';
import { BUILT, IS_CHECKOUT, PACKAGE_FOLDER } from './package-folder';

/** What rules of one's own import, and the file that stands for it, wherever the folder is. */
export const RULES_MODULE = {
  'netskope-audit-collector/rules': IS_CHECKOUT
    ? join(PACKAGE_FOLDER, 'lambdas/detector/authoring.ts')
    : BUILT.rules,
};

const ENDING = '.ts';

/** A rule's file and its default export, or why it cannot be loaded. */
interface LoadedFile {
  /** Relative to the current folder. */
  readonly path: string;
  /** Without its ending. */
  readonly name: string;
  readonly exported?: unknown;
  readonly failure?: string;
}

/** There is no folder of that name. The message begins with the name. */
export class RulesFolderError extends Error {
  override readonly name = 'RulesFolderError';
}

/**
 * The files with rules: those that end in `.ts` and lie in the folder itself, by name.
 * @param folder relative to the current one
 * @returns absolute paths
 * @throws RulesFolderError if there is no such folder
 */
export function ruleFilesIn(folder: string): readonly string[] {
  const path = resolve(folder);
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new RulesFolderError(
      `${JSON.stringify(folder)}; expected a folder with a file for each rule, and ${process.cwd()} has none of this name`,
    );
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(path, entry.name))
    .sort();
}

/**
 * Runs the files of a folder with rules, each by itself, compiled as for the detector.
 * @throws RulesFolderError if there is no such folder
 */
export function loadRulesFolder(folder: string): readonly LoadedFile[] {
  return ruleFilesIn(folder).map((file) => {
    const about = { path: relative('.', file), name: basename(file, ENDING) };
    try {
      return { ...about, exported: defaultExportOf(file) };
    } catch (error) {
      return { ...about, failure: reasonOf(error, about.path) };
    }
  });
}

function defaultExportOf(file: string): unknown {
  const { outputFiles } = buildSync({
    absWorkingDir: process.cwd(),
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    alias: RULES_MODULE,
    logLevel: 'silent',
  });
  const module: { exports: { readonly default?: unknown } } = { exports: {} };
  const code = outputFiles[0]?.text ?? '';
  const run = compileFunction(code, ['module', 'require'], { filename: file }) as (
    module: object,
    require: NodeJS.Require,
  ) => void;
  run(module, createRequire(file));
  return module.exports.default;
}

/** For example `line 12: Expected ";" but found "}"`; an error in a file that the rule imports has that file's name. */
function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  if (!('errors' in error)) return error.message;
  return (error as BuildFailure).errors
    .map(({ text, location }) => {
      if (location === null) return text;
      return `${location.file === path ? 'line ' : `${location.file}:`}${location.line}: ${text}`;
    })
    .join('\n');
}
