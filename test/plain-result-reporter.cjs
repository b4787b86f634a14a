const { writeSync } = require('node:fs');

/** Closes a test run with one plain line that a person and a machine can read: `N passed, N failed`. */
module.exports = class PlainResultReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    const line = `${numPassedTests} passed, ${failed} failed${skipped}\n`;
    // Printed after jest's own summary; at exit, jest has silenced process.stdout.
    process.once('exit', () => writeSync(process.stdout.fd, line));
  }
};
