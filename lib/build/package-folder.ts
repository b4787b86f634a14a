import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of this package: a checkout, or where npm has installed it. */
export const PACKAGE_FOLDER = folderWith('package.json', __dirname);

/** Whether the package has its sources, as a checkout does. An installed one has what was built from them. */
export const IS_CHECKOUT = existsSync(join(PACKAGE_FOLDER, 'lambdas'));

/** What `npm pack` builds. */
export const BUILT = {
  /** The construct, and what rules of one's own import. */
  construct: join(PACKAGE_FOLDER, 'dist/index.js'),
  rules: join(PACKAGE_FOLDER, 'dist/rules.js'),
  commandLine: join(PACKAGE_FOLDER, 'dist/cli'),
  collector: join(PACKAGE_FOLDER, 'dist/functions/collector'),
  detector: join(PACKAGE_FOLDER, 'dist/functions/detector'),
  dailyMessage: join(PACKAGE_FOLDER, 'dist/functions/daily-message'),
  fleet: join(PACKAGE_FOLDER, 'dist/functions/fleet'),
  verifier: join(PACKAGE_FOLDER, 'dist/functions/verifier'),
} as const;

function folderWith(file: string, folder: string): string {
  if (existsSync(join(folder, file))) return folder;
  if (dirname(folder) === folder) throw new Error(`no folder above ${__dirname} has a ${file}`);
  return folderWith(file, dirname(folder));
}
