import type { Rule } from '../../../lambdas/detector/core/rule/rule';
import { RULES } from '../../../lambdas/detector/rules/index';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { severityText, shortened } from '../alerts/alert-words';
import { chosenRulesFolder } from '../detection/chosen-detection';
import { loadRules } from '../detection/load-rules';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import type { Column } from '../terminal/table';
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

/** Longer texts are whole with `--json`. */
const MAX_TEXT_LENGTH = 60;

/** Prints what each rule of a folder makes of its examples. */
export async function testRules(session: Session, askedFolder?: string): Promise<void> {
  const { terminal } = session;
  const folder = await chosenRulesFolder(askedFolder);
  const { rules, problems } = loadRules(folder);
  const own = rules.slice(RULES.length);
  let failed = problems.length;
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
  terminal.table(
    COLUMNS,
    results.flatMap((example) => rowsOf(terminal, example)),
  );
  for (const { name, problems } of results)
    for (const problem of problems) terminal.printMarked('bad', `${name}: ${visibleText(problem)}`);
  terminal.print();
  for (const example of results) terminal.json({ ruleId: id, ...example });
}

function rowsOf(terminal: Terminal, { kind, name, problems, found }: ExampleResult): readonly string[][] {
  const mark = terminal.marked(problems.length === 0 ? 'good' : 'bad');
  const nothing = kind === 'mustRaise' ? 'no alert' : 'no match';
  if (found.length === 0) return [[mark, name, '-', '-', nothing]];
  return found.map(({ severity, group, text }) => [
    mark,
    name,
    severityText(severity, terminal),
    shortened(group, MAX_TEXT_LENGTH),
    shortened(text, MAX_TEXT_LENGTH),
  ]);
}
