/**
 * Tests run in plain Node.js (jest-light-runner): Jest's own runner gives each file a virtual machine of its own, in which
 * the AWS SDK takes three times as long and is loaded anew. So files share a process, one after another: a file that
 * changes a global puts it back. Coverage needs Jest's own runner, see `test:coverage`.
 */
const { availableParallelism } = require('node:os');
const { join } = require('node:path');

const keepWorkerData = JSON.stringify(join(__dirname, 'test/keep-worker-data.cjs'));
/** MiB. Most of what a test makes is soon garbage: with 16, the default, up to a quarter of the time is spent on copying it. */
const YOUNG_GENERATION = '--max-semi-space-size=32';
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} ${YOUNG_GENERATION} --require ${keepWorkerData} --import tsx`;

module.exports = {
  runner: 'jest-light-runner/child-process',
  // With one, the runner would run the tests in Jest's own process, where nothing compiles them.
  maxWorkers: Math.max(2, availableParallelism()),
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/cdk.out'],
  /** Of Jest's own runner, and of the global set-up. */
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        tsconfig: {
          module: 'CommonJS',
          moduleResolution: 'bundler',
          target: 'ES2023',
          isolatedModules: true,
          esModuleInterop: true,
          resolveJsonModule: true,
        },
      },
    ],
  },
  globalSetup: '<rootDir>/test/command-line-bundle.ts',
  globalTeardown: '<rootDir>/test/remove-command-line-bundle.ts',
  setupFiles: ['<rootDir>/test/process-set-up.cjs'],
  testSequencer: '<rootDir>/test/longest-first.cjs',
  reporters: ['default', '<rootDir>/test/plain-result-reporter.cjs'],
  collectCoverageFrom: ['lambdas/**/*.ts'],
  coverageThreshold: { global: { statements: 94, branches: 91 } },
  coverageDirectory: '.local/coverage',
  coverageReporters: ['text-summary', 'html'],
  forceExit: true,
};
