/** Who may import from whom: data and imports go one way. `test/architecture.test.ts` runs it. */

/** A core knows no AWS: of what both functions share it has errors, formats, log, time, gzip, memory, lines of a manifest, and what texts and changes say. */
const CORE_MAY = [
  'lambdas/contract/',
  'lambdas/shared/(byte-builder|changes|collections|errors|in-parallel|invocation|json-text|known-format|manifest|unpack)\\.',
];

/** Rooms of a core, of which each may import those before it. */
function roomsOf(core, names) {
  return names.map((name, place) => [
    `${core}${name}/`,
    [`${core}((${names.slice(0, place).join('|') || 'none'})/|(ports|errors)\\.)`, ...CORE_MAY],
  ]);
}

/** A part of the system, and what it may import beside itself; regular expressions of paths. */
const ARROWS = [
  ['lambdas/contract/', []],
  ['lambdas/shared/', ['lambdas/contract/']],
  ['lambdas/collector/core/', CORE_MAY],
  ...roomsOf('lambdas/collector/core/', ['page', 'protocol', 'archive', 'run', 'tasks']),
  [
    'lambdas/collector/adapters/',
    ['lambdas/collector/core/', 'lambdas/(shared|contract)/', 'package\\.json'],
  ],
  ['lambdas/collector/[^/]+\\.ts$', ['lambdas/(collector|shared|contract)/']],
  ['lambdas/detector/core/', CORE_MAY],
  ['lambdas/detector/rules/', ['lambdas/detector/core/', 'lambdas/shared/changes\\.']],
  ['lambdas/detector/adapters/', ['lambdas/detector/core/', 'lambdas/(shared|contract)/']],
  ['lambdas/detector/[^/]+\\.ts$', ['lambdas/(detector|shared|contract)/']],
  ['lambdas/verifier/core/', CORE_MAY],
  ['lambdas/verifier/adapters/', ['lambdas/verifier/core/', 'lambdas/(shared|contract)/']],
  ['lambdas/verifier/[^/]+\\.ts$', ['lambdas/(verifier|shared|contract)/']],
  ['lambdas/daily-message/', ['lambdas/(shared|contract)/']],
  ['lambdas/fleet/', ['lambdas/(shared|contract)/']],
  ['lib/build/', ['lambdas/contract/']],
  ['lib/format/[^/]+\\.ts$', []],
  // An archived event is read as the detector reads it.
  ['lib/format/ocsf/', ['lambdas/detector/core/event/', 'lambdas/shared/changes\\.']],
  ['lib/aws/', ['lib/build/', 'lib/format/ocsf/', 'lambdas/detector/(core|rules)/', 'lambdas/contract/']],
  ['lib/local/', ['lib/(build|format)/', 'lambdas/contract/']],
  [
    'lib/cli/',
    [
      'lib/(format|local)/',
      'lib/build/(package|rules)-folder\\.',
      'lambdas/collector/(core|adapters)/',
      'lambdas/detector/(core|rules|adapters)/',
      'lambdas/verifier/core/',
      'lambdas/(contract|shared)/',
    ],
  ],
  [
    'lib/tools/generate/',
    ['lib/(aws|cli)/', 'lib/tools/cost/', 'lambdas/detector/rules/', 'lambdas/contract/'],
  ],
  // The bench measures what splitting without loss costs, so with the very splitter, and what the objects of an earlier
  // stream and more rules than the pack has cost, so with the very archive and the pack.
  [
    'lib/tools/(bench|cost|transcripts)/',
    [
      'lib/(aws|build|format|local)/',
      'lambdas/contract/',
      'lambdas/collector/core/page/(envelope|result-splitter|validated-page)\\.',
      'lambdas/collector/adapters/s3-archive\\.',
      'lambdas/detector/rules/index\\.',
    ],
  ],
  // The rounds of a fleet are played by its own function, and what runs report is written as the collector does.
  [
    'lib/tools/fleet/',
    ['lib/local/', 'lambdas/(contract|shared|fleet)/', 'lambdas/collector/adapters/table-status\\.'],
  ],
  // The soak reads the tests' damaged bodies and plays their random schedules for as long as wanted.
  [
    'bin/',
    [
      'lib/',
      'lambdas/contract/feed/collected-feed\\.',
      'test/collector/core/page/mutated-bodies\\.',
      'test/faults/exactly-once\\.',
    ],
  ],
];

/** Packages of those that are not free to use any. */
const PACKAGES = [
  ['lambdas/contract/', 'ajv'],
  ['lambdas/collector/core/', 'ajv|buffer|crypto|net|util|zlib'],
  ['lambdas/detector/core/', 'crypto|ipaddr\\.js|net'],
  ['lambdas/detector/rules/', 'net'],
  ['lambdas/verifier/core/', 'crypto|stream|zlib'],
  ['lib/format/', 'none'],
];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...ARROWS.map(([from, to]) => ({
      name: `imports of ${from}`,
      severity: 'error',
      from: { path: `^${from}` },
      to: {
        path: '^(lambdas|lib|bin|test|package\\.json)',
        pathNot: [from, ...to].map((path) => `^${path}`),
      },
    })),
    ...PACKAGES.map(([from, packages]) => ({
      name: `packages of ${from}`,
      severity: 'error',
      from: { path: `^${from}` },
      to: { pathNot: [`^(node_modules/)?(${packages})(/|$)`, '^(lambdas|lib|bin|test)/'] },
    })),
    {
      name: 'no part is forgotten',
      severity: 'error',
      from: { path: '^(lambdas|lib|bin)/', pathNot: ARROWS.map(([from]) => `^${from}`) },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '^test/'] },
  },
};
