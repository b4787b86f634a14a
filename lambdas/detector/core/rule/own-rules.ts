import { FAILED_RULE } from './failed-rule';
import type { Rule } from './rule';
import { ruleProblems } from './rule-problems';

/** A file of a folder with rules, loaded. */
export interface RuleFile {
  /** Path for messages, relative to the current folder, such as `rules/tag-deleted.ts`. */
  readonly path: string;
  /** What its rule has to be called: the file's name without its ending. */
  readonly name: string;
  /** Its default export. */
  readonly exported?: unknown;
  /** Why it could not be loaded; absent if it was. */
  readonly failure?: string;
}

/** The rules of a deployment: the pack's, then its own. */
export interface DeploymentRules {
  readonly rules: readonly Rule[];
  /** What is wrong with a file, each as `<path>: <what>`; its rule is left out. */
  readonly problems: readonly string[];
}

/**
 * Adds rules of one's own to the pack.
 * @param files of the folder that `detection.rulesFolder` names; none if it names none
 */
export function withOwnRules(pack: readonly Rule[], files: readonly RuleFile[]): DeploymentRules {
  const taken = [...pack, FAILED_RULE.rule].map(({ id }) => id);
  const known = [...taken, ...files.map(({ name }) => name)];
  const checked = files.map((file) => ({ file, problems: fileProblems(file, { taken, known }) }));
  const good = checked.filter(({ problems }) => problems.length === 0);
  return {
    rules: [...pack, ...good.map(({ file }) => file.exported as Rule)],
    problems: checked.flatMap(({ file, problems }) => problems.map((problem) => `${file.path}: ${problem}`)),
  };
}

interface Ids {
  /** Those that a rule of one's own cannot have. */
  readonly taken: readonly string[];
  /** Those that a rule can supersede. */
  readonly known: readonly string[];
}

function fileProblems({ name, exported, failure }: RuleFile, { taken, known }: Ids): readonly string[] {
  if (failure !== undefined) return failure.split('\n');
  if (typeof exported !== 'object' || exported === null)
    return ['it has no rule; expected export default defineRule({ … })'];
  const rule = exported as Rule;
  const problems = ruleProblems(rule);
  if (problems.length > 0) return problems;
  const unknown = rule.supersedes.filter((id) => !known.includes(id));
  return [
    ...(rule.id === name
      ? []
      : [`id is ${JSON.stringify(rule.id)}; expected ${JSON.stringify(name)}, like the file`]),
    ...(taken.includes(rule.id)
      ? [`id is ${JSON.stringify(rule.id)}, as of a rule of the pack; expected another`]
      : []),
    ...unknown.map((id) => `supersedes has ${JSON.stringify(id)}; expected ids of rules`),
  ];
}
