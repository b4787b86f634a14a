import type { Rule } from '../../../lambdas/detector/core/rule/rule';
import { RULES } from '../../../lambdas/detector/rules/index';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { severityText, shortened } from '../alerts/alert-words';
import { chosenRulesFolder } from '../detection/chosen-detection';
import { loadRules } from '../detection/load-rules';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import type { Cell, Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import type { ExampleResult } from './example-results';
import { exampleResults } from './example-results';

const COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'example' },
  { title: 'severity' },
  { title: 'group' },
  { title: 'text' },
];

/** CSV has all rules in one table. */
const CSV_COLUMNS: readonly Column[] = [{ title: 'rule' }, { title: 'result' }, ...COLUMNS.slice(1)];

/** Longer texts are whole with `--json`, and in CSV. */
const MAX_TEXT_LENGTH = 60;

/** Prints what each rule of a folder makes of its examples. */
export async function testRules(session: Session, askedFolder?: string): Promise<void> {
  const { terminal } = session;
  const folder = await chosenRulesFolder(askedFolder);
  const { rules, problems } = loadRules(folder);
  const own = rules.slice(RULES.length);
  let failed = problems.length;
  terminal.csv(CSV_COLUMNS, []);
  for (const rule of own) {
    const results = exampleResults(rule);
    failed += results.filter((example) => example.problems.length > 0).length;
    printRule(terminal, rule, results);
  }
  for (const problem of problems) {
    terminal.printMarked('bad', visibleText(problem));
    terminal.json({ folder, problem });
  }
  terminal.print(`${folder}: ${countOf(own.length, 'rule')}, ${countOf(failed, 'problem')}.`);
  if (own.length === 0 && failed === 0)
    terminal.printMarked('note', `npx --no -- netskope-audit rules new <id> ${folder} makes one.`);
  if (failed > 0) session.exitCode = ExitCode.Finding;
}

function printRule(terminal: Terminal, { id, threshold }: Rule, results: readonly ExampleResult[]): void {
  terminal.print(`${terminal.colors.bold(id)}, threshold ${threshold}`);
  const rows = results.flatMap((example) => rowsOf(terminal, example));
  terminal.csv(
    CSV_COLUMNS,
    rows.map((row) => [id, ...row]),
  );
  terminal.table(COLUMNS, rows);
  for (const { name, problems } of results)
    for (const problem of problems) terminal.printMarked('bad', `${name}: ${visibleText(problem)}`);
  terminal.print();
  for (const example of results) terminal.json({ ruleId: id, ...example });
}

function rowsOf(terminal: Terminal, { kind, name, problems, found }: ExampleResult): readonly Cell[][] {
  const isGood = problems.length === 0;
  const mark = { shown: terminal.marked(isGood ? 'good' : 'bad'), value: isGood ? 'good' : 'bad' };
  const nothing = kind === 'mustRaise' ? 'no alert' : 'no match';
  if (found.length === 0) return [[mark, name, undefined, undefined, nothing]];
  return found.map(({ severity, group, text }) => [
    mark,
    name,
    severityText(severity, terminal),
    { shown: shortened(group, MAX_TEXT_LENGTH), value: group },
    { shown: shortened(text, MAX_TEXT_LENGTH), value: text },
  ]);
}
