import type { Command } from 'commander';
import type { CliCommand } from '../cli-command';
import type { OpenSession } from '../session';
import { withoutTable } from '../terminal/options';

const FOLDER = [
  '[folder]',
  'folder of the rules; where left out, detection.rulesFolder of ./cdk.json, or else rules',
] as const;

const TEST_NOTES = `
Each rule is tested by its own examples, alone and as it comes, without settings. mustMatch and mustNotMatch are single
events; mustRaise has events in order, and the fields that their alerts must have. What they match and raise is shown.
Neither a deployment nor AWS is needed. It ends with 3 where an example fails, or a file has no valid rule.

Example:
  npx --no -- netskope-audit rules test`;

/** `rules new|test`: makes and tests rules of one's own, outside the pack. */
export const RULES: CliCommand = {
  access: { 'rules new': {}, 'rules test': {} },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  const rules = program
    .command('rules')
    .description('makes and tests detection rules of your own')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit rules new tag-deleted');
  withoutTable(rules.command('new'))
    .argument('<id>', 'id of the rule: lower-case words with hyphens between them')
    .argument(...FOLDER)
    .description('writes a file with a rule that works, to be changed')
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit rules new tag-deleted')
    .action(async (id: string, folder: string | undefined) => {
      const { newRule } = await import('./new-rule');
      await newRule(openSession(), id, folder);
    });
  rules
    .command('test')
    .argument(...FOLDER)
    .description('tests the rules of a folder by their examples')
    .addHelpText('after', TEST_NOTES)
    .action(async (folder: string | undefined) => {
      const { testRules } = await import('./test-rules');
      await testRules(openSession(), folder);
    });
}
