/**
 * npm run mutants -- [part of a path ...]: mutation testing of the cores of collector and detector with Stryker. Each file
 * is tested with its own tests only. They run in Mocha, which loads them once instead of once per mutant.
 * Plain JavaScript, because Stryker is an ES module.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const GOAL_PERCENT = 90;
const CORES = ['collector/core', 'detector/core'];

/** Tests of a file in addition to the one with its name; paths below `test`. */
const FURTHER_TESTS = {
  'collector/core/run/hour-walk': ['collector/core/tasks/recheck'],
  'collector/core/run/run': ['collector/core/collect'],
  'collector/core/run/archive-pages': [
    'collector/core/run/announcement',
    'collector/core/protocol/fetch-page',
  ],
  'collector/core/collect': ['collector/core/run/run'],
  'collector/core/errors': [
    'collector/core/collect',
    'collector/core/protocol/fetch-page',
    'collector/adapters/dynamo-checkpoint',
  ],
  'collector/core/tasks/redrive-page': ['collector/core/tasks/redrive'],
  'detector/core/matched-object': ['detector/core/detect'],
  'detector/core/state-store': ['detector/core/evaluate-groups'],
  'detector/core/alert/safe-text': ['detector/core/alert/alert-text', 'detector/core/notify/message'],
  'detector/core/alert/within-bytes': ['detector/core/notify/message'],
  'detector/core/event/actor': ['detector/core/event/targets'],
  'detector/core/event/address-block': ['detector/core/rule/tuning', 'detector/core/rule/named-networks'],
  'detector/core/event/archived-event': [
    'detector/core/event/actor',
    'detector/core/event/event-changes',
    'detector/core/event/targets',
  ],
  'detector/core/event/event-names': ['detector/rules/event-names'],
  'detector/core/group/apply-batch': ['detector/core/group/window', 'detector/core/group/novelty'],
  'detector/core/group/group-state': ['detector/core/group/window'],
  'detector/core/group/seen-row': [
    'detector/core/alert/alert',
    'detector/core/group/tally',
    'detector/core/group/window',
  ],
  'detector/core/notify/digest': ['detector/core/notify/outbox'],
  'detector/core/notify/incident': ['detector/core/notify/outbox'],
  'detector/core/notify/send-alerts': ['detector/core/evaluate-groups'],
  'detector/core/rule/exclusion': ['detector/core/rule/tuning'],
  'detector/core/rule/failed-rule': ['detector/core/group/match-events'],
  'detector/core/rule/rule-problems': ['detector/core/rule/define-rule'],
  'detector/core/rule/tuned-rule': ['detector/core/rule/tuning'],
  'detector/core/rule/tuning-problems': ['detector/core/rule/tuning'],
};

function testsOf(name) {
  return [name, ...(FURTHER_TESTS[name] ?? [])]
    .map((test) => `test/${test}.test.ts`)
    .filter((test) => existsSync(test));
}

/** Runs the mutants of one file, except those in code that runs when a module is loaded. */
async function mutate(file, tests) {
  const stryker = new Stryker({
    mutate: [file],
    testRunner: 'mocha',
    plugins: ['@stryker-mutator/mocha-runner'],
    mochaOptions: { require: ['tsx/cjs', resolve('test/jest-in-mocha.cjs')], spec: tests },
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    reporters: ['progress-append-only'],
    fileLogLevel: 'off',
    logLevel: 'error',
    tempDirName: '.local/stryker',
    concurrency: 2,
  });
  const results = await stryker.runMutationTest();
  return {
    killed: results.filter(({ status }) => status === 'Killed' || status === 'Timeout').length,
    survivors: results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage'),
  };
}

function percent(killed, survived) {
  return killed + survived === 0 ? '-' : `${((100 * killed) / (killed + survived)).toFixed(1)} %`;
}

function show(file, { location: { start, end }, replacement, status }) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const last = start.line === end.line ? end.column - 1 : undefined;
  const original = lines[start.line - 1].slice(start.column - 1, last).trim();
  const mutant = replacement.replaceAll(/\s+/g, ' ').slice(0, 90);
  console.log(`  ${file}:${start.line} ${status}: ${original.slice(0, 90)}  ->  ${mutant}`);
}

const parts = process.argv.slice(2);
const names = CORES.flatMap((core) =>
  readdirSync(`lambdas/${core}`, { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${core}/${file.replace(/\.ts$/, '')}`),
).filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)));
let killed = 0;
let survived = 0;
for (const name of names) {
  const tests = testsOf(name);
  if (tests.length === 0) continue; // only types
  const file = `lambdas/${name}.ts`;
  const tally = await mutate(file, tests);
  killed += tally.killed;
  survived += tally.survivors.length;
  console.log(
    `${file}: ${percent(tally.killed, tally.survivors.length)} of ${tally.killed + tally.survivors.length}`,
  );
  for (const mutant of tally.survivors) show(file, mutant);
}
console.log(
  `${percent(killed, survived)} of ${killed + survived} mutants are killed; the goal is ${GOAL_PERCENT} %`,
);
if (killed < (GOAL_PERCENT / 100) * (killed + survived)) process.exitCode = 1;
