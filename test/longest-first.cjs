const Sequencer = require('@jest/test-sequencer').default;

/** Suites that run for long though their files are small. Begun last, one of them would be waited for alone. */
const LONG = [
  'end-to-end/start',
  'bench/run-bench',
  'build/package',
  'faults/schedules',
  'faults/daily-recheck',
  'detector/month',
  'faults/crash-matrix',
  'pipeline/cdk-entry',
  'cost/run-profile',
  'policy/command-access',
];

/** Those first, then the others as Jest orders them. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => LONG.some((name) => path.includes(name));
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
