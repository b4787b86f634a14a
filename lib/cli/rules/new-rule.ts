import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isRuleId } from '../../../lambdas/detector/core/rule/rule-problems';
import { RULES } from '../../../lambdas/detector/rules/index';
import { chosenRulesFolder, readDetectionSettings } from '../detection/chosen-detection';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';

/** Writes a file with a rule that works, and says what comes next. @throws OperatorError if there is one, or the id is wrong */
export async function newRule({ terminal }: Session, id: string, askedFolder?: string): Promise<void> {
  if (!isRuleId(id) || RULES.some((rule) => rule.id === id))
    throw new OperatorError({
      what: `The id is ${JSON.stringify(id)}; expected lower-case words with hyphens between them, and not the id of a rule of the pack.`,
      whatToDo: 'Choose another, such as tag-deleted.',
      exitCode: ExitCode.WrongUsage,
    });
  const folder = await chosenRulesFolder(askedFolder);
  const file = join(folder, `${id}.ts`);
  write(file, folder, ruleText(id));
  terminal.printMarked(
    'good',
    `${file} is written: a rule that works, about tags that are deleted. Change it, then:`,
  );
  terminal.print(`  npx --no -- netskope-audit rules test ${folder}`);
  terminal.print(`  npx --no -- netskope-audit detect --from 30d --rule ${id}`);
  const { rulesFolder } = await readDetectionSettings({});
  if (rulesFolder === undefined || relative(rulesFolder, folder) !== '')
    terminal.printMarked(
      'note',
      `So that detect and the deployment have it, name the folder in cdk.json: "detection": { "rulesFolder": ${JSON.stringify(folder)} }`,
    );
  terminal.json({ file });
}

function write(file: string, folder: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new OperatorError(
      {
        what: code === 'EEXIST' ? `${file} is there already.` : `${file} cannot be written: ${code}.`,
        whatToDo: 'Choose another id or folder; nothing was changed.',
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}

/** TypeScript, formatted. */
function ruleText(id: string): string {
  const words = id.replaceAll('-', ' ');
  return `import { byUser, defineRule } from 'netskope-audit-collector/rules';

/** An event of the examples; its other fields are those of an ordinary one, of alice@corp.example. */
const deleted = {
  audit_log_event: 'Deleted tag',
  supporting_data: { data_type: 'tag', data_values: ['Partners'] },
};

export default defineRule({
  id: '${id}',
  // What happened: the subject of the message.
  title: '${words[0]?.toUpperCase()}${words.slice(1)}',
  // What it means.
  description: 'A user deleted several tags in a short time, so policies may no longer find what had them.',
  // info, low, medium, high or critical; or a function of the event.
  severity: 'medium',
  attack: [{ tactic: 'TA0040', technique: 'T1485', name: 'Data Destruction' }],
  // Events that count. An editor shows what else an event has: user, targets, changes, apiCall, fields …
  matches: (event) => event.name === 'Deleted tag',
  // Events that count together; also bySourceAddress, byTenant, byUserAndEvent, byUserAnd('tag', …).
  groupBy: byUser,
  // So many events of a group within so many minutes raise an alert, once.
  threshold: 3,
  windowMinutes: 60,
  // What to do now.
  runbook: 'Ask the user. If it was not meant so, make the tags again.',
  // Ids of rules that shall not get these events, because one alert is clearer than two.
  supersedes: ['new-kind-of-action'],
  examples: {
    mustMatch: { 'a tag is deleted': deleted },
    mustNotMatch: { 'a tag is made': { audit_log_event: 'Created tag' } },
    // Events in order, a minute apart, and the alerts that they raise: any fields of alert.schema.json.
    mustRaise: {
      'three tags are deleted': {
        events: [deleted, deleted, deleted],
        alerts: [{ severity: 'medium', group_key: 'user alice@corp.example', event_count: 3 }],
      },
      'two tags are deleted': { events: [deleted, deleted], alerts: [] },
    },
  },
});
`;
}
