import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';

const REPOSITORY = join(__dirname, '..');
const CRUISER = join(REPOSITORY, 'node_modules/.bin/depcruise');
const RULES = join(REPOSITORY, '.dependency-cruiser.cjs');

const sourceFiles = ['lambdas', 'lib', 'bin'].flatMap((folder) =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => posix.join(folder, path)),
);

function textOf(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
  readonly summary: { readonly violations: readonly { readonly from: string; readonly to: string }[] };
}

/** Checks every import of a tree, including types and dynamic imports, against `.dependency-cruiser.cjs`. */
function cruise(cwd: string): Cruise {
  const folders = ['lambdas', 'lib', 'bin'];
  const { stdout, stderr } = spawnSync(CRUISER, [...folders, '--config', RULES, '--output-type', 'json'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Cruise;
}

function violationsOf({ summary }: Cruise): string[] {
  return [...new Set(summary.violations.map(({ from, to }) => `${from} → ${to}`))].sort();
}

const found = cruise(REPOSITORY);

test('imports go one way, without cycles: entry → adapters → core → contract, lib → contract, bin → lib', () => {
  expect(violationsOf(found)).toEqual([]);
  const sources = found.modules.map(({ source }) => source);
  expect(sourceFiles.filter((file) => !sources.includes(file) && !file.endsWith('.d.ts'))).toEqual([]);
  const handler = found.modules.find(({ source }) => source === 'lambdas/collector/handler.ts');
  expect(handler?.dependencies.map(({ resolved }) => resolved)).toContain('lambdas/collector/compose.ts');
});

/**
 * The folders in one folder by what they import of each other; a folder is left out once all that it imports is.
 * @returns those that are left: each is in a circle, or imports one that is
 */
function foldersInCircles({ modules }: Cruise): string[] {
  const imported = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules)
    for (const { resolved } of dependencies) {
      const [from, to] = partingFolders(source, resolved);
      if (from === undefined || to === undefined) continue;
      imported.set(from, (imported.get(from) ?? new Set()).add(to));
    }
  for (let before = Infinity; imported.size < before;) {
    before = imported.size;
    for (const [from, all] of imported) if (![...all].some((to) => imported.has(to))) imported.delete(from);
  }
  return [...imported.keys()].sort();
}

/** `a/b/c/x.ts` and `a/d/y.ts`: `a/b` and `a/d`. Undefined where one of them is a file of the folder that both are in. */
function partingFolders(one: string, other: string): (string | undefined)[] {
  const [parts, others] = [one.split('/'), other.split('/')];
  const place = parts.findIndex((part, index) => part !== others[index]);
  return [parts, others].map((path) =>
    place < path.length - 1 ? path.slice(0, place + 1).join('/') : undefined,
  );
}

test('folders beside each other import one way', () => {
  expect(foldersInCircles(found)).toEqual([]);
});

/** Forbidden imports, written into a temporary tree. */
const FORBIDDEN: readonly (readonly [from: string, to: string])[] = [
  ['bin/local.ts', 'lambdas/contract/metrics.ts'],
  ['lambdas/collector/adapters/secret.ts', 'lambdas/collector/settings.ts'],
  ['lambdas/collector/compose.ts', 'lambdas/detector/compose.ts'],
  ['lambdas/collector/core/run.ts', 'fs'],
  ['lambdas/collector/core/run.ts', 'lambdas/collector/adapters/secret.ts'],
  ['lambdas/collector/core/archive/compare.ts', 'lambdas/collector/core/run/run.ts'],
  ['lambdas/collector/core/page/page.ts', 'lambdas/collector/core/archive/compare.ts'],
  ['lambdas/collector/core/run/run.ts', 'lambdas/collector/core/tasks/backfill.ts'],
  ['lambdas/collector/handler.ts', 'lib/build/function-bundles.ts'],
  ['lambdas/contract/metrics.ts', 'fs'],
  ['lambdas/contract/metrics.ts', 'lambdas/collector/core/ports.ts'],
  ['lambdas/detector/core/rule.ts', 'lambdas/collector/core/ports.ts'],
  ['lambdas/detector/core/rule.ts', 'lambdas/detector/rules/index.ts'],
  ['lambdas/detector/rules/index.ts', 'lambdas/detector/adapters/topic.ts'],
  ['lambdas/fleet/round.ts', 'lambdas/collector/core/ports.ts'],
  ['lambdas/forgotten/file.ts', 'lambdas/contract/names.ts'],
  ['lambdas/shared/metric-data.ts', 'lambdas/collector/core/ports.ts'],
  ['lib/aws/archive.ts', 'lib/local/deployment.ts'],
  ['lib/aws/detector.ts', 'lambdas/detector/handler.ts'],
  ['lib/build/function-bundles.ts', 'lib/aws/table.ts'],
  ['lib/cli/collector.ts', 'lambdas/collector/handler.ts'],
  ['lib/cli/session.ts', 'lib/aws/app.ts'],
  ['lib/format/ocsf/event.ts', 'lambdas/collector/core/ports.ts'],
  ['lib/format/sizes.ts', 'lambdas/contract/names.ts'],
  ['lib/local/start.ts', 'lambdas/collector/handler.ts'],
  ['lib/tools/bench/run.ts', 'lambdas/collector/core/ports.ts'],
  ['lib/tools/fleet/run.ts', 'lambdas/collector/core/ports.ts'],
];

test('every forbidden import is reported', () => {
  const tree = mkdtempSync(join(tmpdir(), 'arrows-'));
  const imports = new Map<string, string[]>();
  for (const [from, to] of FORBIDDEN) {
    if (to.includes('/') && !imports.has(to)) imports.set(to, []);
    const path = to.includes('/') ? posix.relative(dirname(from), to) : `node:${to}`;
    imports.set(from, [
      ...(imports.get(from) ?? []),
      path.startsWith('.') || path.startsWith('node:') ? path : `./${path}`,
    ]);
  }
  imports.set('lib/local/one.ts', ['./other']);
  imports.set('lib/local/other.ts', ['./one']);
  for (const [file, paths] of imports) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    const lines = paths.map((path, place) => `import * as _${place} from '${path.replace(/\.ts$/, '')}';`);
    writeFileSync(join(tree, file), `${lines.join('\n')}\nexport {};\n`);
  }
  writeFileSync(join(tree, 'tsconfig.json'), '{}');
  symlinkSync(join(REPOSITORY, 'node_modules'), join(tree, 'node_modules'));
  try {
    expect(violationsOf(cruise(tree))).toEqual(
      [...FORBIDDEN.map(([from, to]) => `${from} → ${to}`), 'lib/local/one.ts → lib/local/other.ts'].sort(),
    );
  } finally {
    rmSync(tree, { recursive: true });
  }
});

test('a feed is passed as a value: its names appear only in its own files, the simulator and the rules', () => {
  const NAMES =
    /netskope_audit|Netskope\.Audit|dataexport\/events\/|events\/data\/|netskope-audit\.(?:schema|event|validator)/;
  const OF_THE_FEED =
    /^(?:lambdas\/contract\/feed\/|lambdas\/detector\/rules\/|lib\/local\/netskope-simulator\/events\/|lib\/tools\/generate\/)/;
  const knowing = sourceFiles.filter((file) => NAMES.test(textOf(file)));
  expect(knowing.length).toBeGreaterThan(2);
  expect(knowing.filter((file) => !OF_THE_FEED.test(file))).toEqual([]);
  const importing = sourceFiles.filter((file) => /contract\/feed\/audit'/.test(textOf(file)));
  expect(importing.filter((file) => !OF_THE_FEED.test(file)).sort()).toEqual([
    'lambdas/detector/core/rule/define-rule.ts',
    'lambdas/detector/core/rule/rule-problems.ts',
  ]);
});

test('core uses no clock, randomness, environment or output of its own', () => {
  const OUTSIDE =
    /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\.(?!aws\.)|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\b/;
  const core = sourceFiles.filter((file) =>
    /^lambdas\/(?:collector\/core|detector\/core|detector\/rules)\//.test(file),
  );
  expect(core.length).toBeGreaterThan(40);
  expect(core.filter((file) => OUTSIDE.test(textOf(file)))).toEqual([]);
});

test.each(['collector', 'detector'])(
  'the %s is started only from its bundle, which is built in one place',
  (name) => {
    const starters = sourceFiles.filter(
      (file) => /^(?:lib|bin)\//.test(file) && textOf(file).includes(`lambdas/${name}/handler`),
    );
    expect(starters).toEqual(['lib/build/function-bundles.ts']);
  },
);
