import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One rule of so many counts what some events are about; the others look for what none is about. */
const COUNTING_SHARE = 10;

/**
 * Writes rules like those that people write: they read an event's name and its changes. One page of the bench has too
 * few of the counted events for an alert.
 * @param folder is created
 */
export function writeGeneratedRules(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let number = 1; number <= count; number++)
    writeFileSync(join(folder, `generated-${number}.ts`), ruleText(number));
}

function ruleText(number: number): string {
  const name = number % COUNTING_SHARE === 0 ? '/password/i' : `/\\btag ${number}\\b/i`;
  return `import { byUser, defineRule } from 'netskope-audit-collector/rules';

const NAME = ${name};
const OBJECT = 'tag ${number}';

export default defineRule({
  id: 'generated-${number}',
  title: 'Generated rule ${number}',
  description: 'A rule of the bench.',
  severity: 'low',
  attack: [{ tactic: 'TA0040', technique: 'T1485', name: 'Data Destruction' }],
  matches: ({ name, changes }) => NAME.test(name) || changes.some(({ object }) => object === OBJECT),
  groupBy: byUser,
  threshold: 100,
  runbook: 'Nothing is to be done.',
  limits: 'It is never deployed.',
  examples: {
    mustMatch: { 'such an event': { audit_log_event: 'Password of tag ${number}' } },
    mustNotMatch: { 'another event': { audit_log_event: 'Logout Successful' } },
  },
});
`;
}
