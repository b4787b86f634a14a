import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { preProcessFile } from 'typescript';

const REPOSITORY = join(__dirname, '..');

/**
 * Who may import from whom, by the beginning of the path; the longest beginning that fits a file is its part of the
 * system. A part may always import from itself. Packages are named where a part is not free to use any.
 */
const ARROWS: Readonly<Record<string, { to: readonly string[]; packages?: readonly string[] }>> = {
  'lambdas/contract/': { to: [], packages: ['ajv'] },
  'lambdas/shared/': { to: ['lambdas/contract/'] },
  'lambdas/collector/core/': {
    to: ['lambdas/contract/'],
    packages: ['ajv', 'node:buffer', 'node:crypto', 'node:net', 'node:util', 'node:zlib'],
  },
  'lambdas/collector/adapters/': {
    to: ['lambdas/collector/version', 'lambdas/collector/core/', 'lambdas/shared/', 'lambdas/contract/'],
  },
  'lambdas/collector/version': { to: ['package.json'], packages: [] },
  'lambdas/collector/': {
    to: ['lambdas/collector/adapters/', 'lambdas/collector/core/', 'lambdas/shared/', 'lambdas/contract/'],
  },
  'lambdas/detector/core/': { to: ['lambdas/contract/'], packages: ['node:crypto', 'node:net'] },
  'lambdas/detector/rules/': { to: ['lambdas/detector/core/'], packages: ['node:net'] },
  'lambdas/detector/adapters/': { to: ['lambdas/detector/core/', 'lambdas/shared/', 'lambdas/contract/'] },
  'lambdas/detector/': {
    to: [
      'lambdas/detector/adapters/',
      'lambdas/detector/core/',
      'lambdas/detector/rules/',
      'lambdas/shared/',
      'lambdas/contract/',
    ],
  },
  'lib/build/': { to: ['lambdas/contract/'] },
  'lib/aws/': {
    to: ['lib/build/', 'lambdas/detector/core/', 'lambdas/detector/rules/', 'lambdas/contract/'],
  },
  'lib/tools/generate/': { to: ['lib/aws/', 'lambdas/detector/rules/', 'lambdas/contract/'] },
  'lib/format/': { to: [], packages: [] },
  'lib/local/': { to: ['lib/build/', 'lib/format/', 'lambdas/contract/'] },
  'lib/cli/': {
    to: [
      'lib/format/',
      'lib/local/',
      'lambdas/collector/version',
      'lambdas/collector/adapters/',
      'lambdas/collector/core/',
      'lambdas/detector/core/',
      'lambdas/detector/rules/',
      'lambdas/contract/',
    ],
  },
  'lib/': { to: ['lib/aws/', 'lib/build/', 'lib/local/', 'lambdas/contract/'] },
  'bin/': {
    to: ['lib/', 'lib/aws/', 'lib/build/', 'lib/cli/', 'lib/format/', 'lib/tools/generate/', 'lib/local/'],
  },
};

/** Arrows against the table, each with its reason. */
const EXCEPTIONS: readonly string[] = [
  // Measures what splitting without loss costs, so with the very splitter.
  'lib/tools/bench/floor-function.ts → lambdas/collector/core/page/result-splitter',
  // Plays the tests' random schedules for as long as wanted.
  'bin/soak.ts → test/faults/exactly-once',
];

interface Arrow {
  readonly from: string;
  /** A path in this repository, or the name of a package. */
  readonly to: string;
  readonly isPackage: boolean;
}

const sourceFiles = ['lambdas', 'lib', 'bin'].flatMap((folder) =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => posix.join(folder, path)),
);

function textOf(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

/** Every import, type import, re-export, dynamic import and require. */
const arrows: readonly Arrow[] = sourceFiles.flatMap((from) =>
  preProcessFile(textOf(from), true, true).importedFiles.map(({ fileName }) => ({
    from,
    to: fileName.startsWith('.') ? posix.join(posix.dirname(from), fileName) : fileName,
    isPackage: !fileName.startsWith('.'),
  })),
);

function partOf(path: string): string | undefined {
  const parts = Object.keys(ARROWS).filter((part) => path.startsWith(part));
  return parts.sort((one, other) => other.length - one.length)[0];
}

function isAllowed({ from, to, isPackage }: Arrow): boolean {
  const part = partOf(from);
  const rule = ARROWS[part ?? ''];
  if (part === undefined || rule === undefined) return false;
  if (isPackage) return rule.packages?.includes(to) ?? true;
  const target = partOf(`${to}/`) ?? to; // a folder stands for the index in it
  return target === part || rule.to.includes(target);
}

const describe = ({ from, to }: Arrow): string => `${from} → ${to}`;

test('imports go one way: entry → adapters → core → contract, lib → contract, bin → lib', () => {
  const forbidden = arrows.filter((arrow) => !isAllowed(arrow)).map(describe);
  expect(forbidden.filter((arrow) => !EXCEPTIONS.includes(arrow))).toEqual([]);
});

test('every exception is still needed', () => {
  const forbidden = arrows.filter((arrow) => !isAllowed(arrow)).map(describe);
  expect(EXCEPTIONS.filter((arrow) => !forbidden.includes(arrow))).toEqual([]);
});

test('the imports are really read, and the table really forbids', () => {
  expect(arrows.map(describe)).toContain('lambdas/collector/handler.ts → lambdas/collector/compose');
  const made = (from: string, to: string, isPackage = false): boolean => isAllowed({ from, to, isPackage });
  expect(made('lambdas/collector/core/run/run/run/run/run.ts', 'lambdas/collector/adapters/secret')).toBe(
    false,
  );
  expect(made('lambdas/collector/core/run/run/run/run/run.ts', '@aws-sdk/client-s3', true)).toBe(false);
  expect(made('lambdas/collector/adapters/secret.ts', 'lambdas/collector/settings')).toBe(false);
  expect(made('lambdas/contract/telemetry/metrics.ts', 'lambdas/collector/core/ports')).toBe(false);
  expect(made('lambdas/contract/telemetry/metrics.ts', 'node:fs', true)).toBe(false);
  expect(made('lib/aws/archive/archive/archive/archive.ts', 'lib/local/local-deployment')).toBe(false);
  expect(made('lib/local/start/start.ts', 'lambdas/collector/handler')).toBe(false);
  expect(made('lib/cli/session.ts', 'lib/aws/pipeline/pipeline-app')).toBe(false);
  expect(made('lib/cli/deployment/deployment/deployment/collector.ts', 'lambdas/collector/handler')).toBe(
    false,
  );
  expect(made('lambdas/collector/handler.ts', 'lib/build/function-bundles')).toBe(false);
  expect(made('bin/local.ts', 'lambdas/contract/telemetry/metrics')).toBe(false);
  expect(made('lambdas/detector/core/rule/rule/rule/rule/rule.ts', 'lambdas/detector/rules/index')).toBe(
    false,
  );
  expect(made('lambdas/detector/core/rule/rule/rule/rule/rule.ts', 'lambdas/collector/core/page/shown')).toBe(
    false,
  );
  expect(made('lambdas/detector/compose.ts', 'lambdas/collector/compose')).toBe(false);
  expect(made('lambdas/collector/compose.ts', 'lambdas/detector/compose')).toBe(false);
  expect(made('lambdas/shared/metric-data.ts', 'lambdas/collector/core/ports')).toBe(false);
  expect(made('lib/aws/detect/detector.ts', 'lambdas/detector/handler')).toBe(false);
});

test('core has no time, no chance, no environment and no output of its own', () => {
  const OUTSIDE =
    /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\.(?!aws\.)|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\b/;
  const core = sourceFiles.filter((file) =>
    /^lambdas\/(?:collector\/core|detector\/core|detector\/rules)\//.test(file),
  );
  expect(core.length).toBeGreaterThan(40);
  expect(core.filter((file) => OUTSIDE.test(textOf(file)))).toEqual([]);
});

test.each(['collector', 'detector'])(
  'the %s is started from its bundle, which is made in one place',
  (name) => {
    const starters = sourceFiles.filter(
      (file) => /^(?:lib|bin)\//.test(file) && textOf(file).includes(`lambdas/${name}/handler`),
    );
    expect(starters).toEqual(['lib/build/function-bundles.ts']);
  },
);
