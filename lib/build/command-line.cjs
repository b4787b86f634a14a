/** The command line as JavaScript in a few files, of which a command loads those it needs: it starts much faster. */
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, renameSync, rmSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');

const CHECKOUT = join(__dirname, '../..');

const DAY_MS = 86_400_000;

/** The file that starts it. */
const ENTRY = 'netskope-audit.mjs';

/** ESM has neither; CommonJS packages and our own files need them. The other names are such as no file uses. */
const BANNER = [
  "import{createRequire as __createRequire}from'node:module';",
  "import{dirname as __folderOf}from'node:path';",
  "import{fileURLToPath as __pathOf}from'node:url';",
  'const require=__createRequire(import.meta.url);',
  'const __dirname=__folderOf(__pathOf(import.meta.url));',
].join('');

/**
 * Bundles it into a folder. What `npm start` runs, for `--local`, and esbuild, for rules of one's own, are not in it.
 * @returns path of the file that starts it
 */
function bundleCommandLine(folder, logLevel = 'warning') {
  require('esbuild').buildSync({
    absWorkingDir: CHECKOUT,
    entryPoints: ['bin/netskope-audit.ts'],
    outdir: folder,
    bundle: true,
    // Only ESM can be split. Names stay, for stack traces.
    format: 'esm',
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    banner: { js: BANNER },
    external: ['../local/start/local-pipeline', 'esbuild'],
    logLevel,
  });
  return join(folder, ENTRY);
}

/** Path of the file that starts the sources as they are, bundled anew if they have changed since the last time. */
function currentCommandLine() {
  const folder = join(CHECKOUT, '.local/command-line', fingerprint());
  if (existsSync(folder)) return join(folder, ENTRY);
  const unfinished = `${folder}-${process.pid}`;
  // Where this fails, the sources run and say more.
  bundleCommandLine(unfinished, 'silent');
  removeOutdated(dirname(folder));
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
  return join(folder, ENTRY);
}

/** A command that still runs loads parts of an earlier bundle: it is left for a day. */
function removeOutdated(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const { mtimeMs = Infinity } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < Date.now() - DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Another one after each change of a source or of what is installed. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = ['bin', 'lib', 'lambdas'].flatMap((folder) =>
    readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|js|cjs|json)$/.test(name))
      .map((name) => join(folder, name)),
  );
  for (const file of [...files.sort(), 'package.json', 'package-lock.json']) {
    const { size, mtimeMs } = statSync(join(CHECKOUT, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

module.exports = { bundleCommandLine, currentCommandLine };
