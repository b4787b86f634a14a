import type { DeploymentRules } from '../../../lambdas/detector/core/rule/own-rules';
import { withOwnRules } from '../../../lambdas/detector/core/rule/own-rules';
import { RULES } from '../../../lambdas/detector/rules/index';
import { loadRulesFolder, RulesFolderError } from '../../build/rules-folder';
import { ExitCode, OperatorError } from '../operator-error';

/** The pack, and the rules of a folder. @throws OperatorError if there is no such folder */
export function loadRules(folder: string): DeploymentRules {
  try {
    return withOwnRules(RULES, loadRulesFolder(folder));
  } catch (cause) {
    if (!(cause instanceof RulesFolderError)) throw cause;
    throw new OperatorError(
      {
        what: `The folder of the rules is ${cause.message}.`,
        whatToDo: `npx --no -- netskope-audit rules new <id> ${folder} makes it, with a first rule.`,
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}
