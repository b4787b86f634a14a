import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from 'prettier';
import { bundleDetector, FUNCTION_HANDLER } from '../../../lib/build/function-bundles';
import { NO_NODE_VERSION_WARNING } from '../../../lib/local/aws/local-account';
import { FunctionProcess } from '../../../lib/local/function-process';
import { prettier } from '../../../package.json';
import { login } from '../../collector/audit-events';
import { archivedRecord, NINE_S } from '../../detector/archived';
import { Detection, objectCreated } from '../../detector/detection';
import type { CliEnd } from '../cli-process';
import { runCli } from '../run-cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command in the folder, which is outside the checkout, without anything of AWS. */
function cli(...args: readonly string[]): Promise<CliEnd> {
  return runCli({ args, environment: {}, nowMs: NINE_S * 1000, folder });
}

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

/** The walk of docs/detect.md. */
test('from nothing to a rule that fires, on this machine and in the deployed detector', async () => {
  write('cdk.json', { context: { detection: {} } });
  expect(await cli('rules', 'new', 'vip-policy-edited')).toEqual({
    exitCode: 0,
    stdout: `✓ rules/vip-policy-edited.ts is written: a rule that works, about tags that are deleted. Change it, then:
  npx --no -- netskope-audit rules test rules
  npx --no -- netskope-audit detect --from 30d --rule vip-policy-edited
! So that detect and the deployment have it, name the folder in cdk.json: "detection": { "rulesFolder": "rules" }
`,
    stderr: '',
  });

  const file = join(folder, 'rules/vip-policy-edited.ts');
  const edited = readFileSync(file, 'utf8')
    .replaceAll('Deleted tag', 'Edited inline policy')
    .replaceAll("'Partners'", "'VIP'")
    .replace("event.name === 'Edited inline policy'", "event.targets.includes('VIP')")
    .replace("severity: 'medium',\n  attack", "severity: 'high',\n  attack")
    .replace("severity: 'medium', group_key", "severity: 'high', group_key");
  writeFileSync(file, edited);
  const tested = await cli('rules', 'test');
  expect(tested).toEqual({
    exitCode: 0,
    stdout: `vip-policy-edited, threshold 3
   example                 severity  group                    text
✓  a tag is deleted        high      user alice@corp.example  Edited inline policy
✓  a tag is made           -         -                        no match
✓  three tags are deleted  high      user alice@corp.example  Vip policy edited by alice@corp.example: VIP
✓  two tags are deleted    -         -                        no alert

rules: 1 rule, 0 problems.
`,
    stderr: '',
  });

  const fields = {
    audit_log_event: 'Edited inline policy',
    supporting_data: { data_type: 'policy', data_values: ['VIP'] },
  };
  write('cdk.json', { context: { detection: { rulesFolder: 'rules' } } });
  write(
    'events.json',
    [0, 1, 2].map((minute) => ({ ...login(`e${minute}`, NINE_S + minute * 60), ...fields })),
  );
  const detected = await cli('detect', '--events', 'events.json', '--rule', 'vip-policy-edited');
  expect(detected.stderr).toBe('');
  expect(detected.stdout).toMatch(
    /^2026-11-22 09:00:00 {2}high +vip-policy-edited .* 3 {2}Edited inline policy$/m,
  );

  const codeFolder = join(folder, 'code');
  bundleDetector(codeFolder, { rules: { 'vip-policy-edited': { threshold: 2 } } }, join(folder, 'rules'));
  const detection = await Detection.start(Date.now);
  const detector = new FunctionProcess({
    codeFolder,
    handler: FUNCTION_HANDLER,
    environment: { ...detection.environment, ...NO_NODE_VERSION_WARNING },
    timeoutMs: 60_000,
    nodeBinary: process.execPath,
  });
  try {
    const records = ['a', 'b'].map((id) => archivedRecord({ ...fields, p_row_id: `netskope:${id}` }));
    const key = await detection.archive('o1', records);
    await detector.invoke({ Records: [{ messageId: 'm1', body: objectCreated(key) }] });
    expect(detection.events().map(({ rule_id: id, severity }) => [id, severity])).toEqual([
      ['vip-policy-edited', 'high'],
    ]);
  } finally {
    await detector.stop();
    await detection.stop();
  }
}, 60_000);

describe('rules new', () => {
  it('refuses an id that is none, or that a rule of the pack has, and a file that is there', async () => {
    for (const id of ['TagDeleted', '../x', 'many-deletes'])
      expect(await cli('rules', 'new', id)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `✗ The id is "${id}"; expected lower-case words with hyphens between them, and not the id of a rule of the pack.\n  Choose another, such as tag-deleted.\n`,
      });
    mkdirSync(join(folder, 'own'));
    write('own/tag-deleted.ts', 'mine');
    expect(await cli('rules', 'new', 'tag-deleted', 'own')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: '✗ own/tag-deleted.ts is there already.\n  Choose another id or folder; nothing was changed.\n',
    });
    expect(readFileSync(join(folder, 'own/tag-deleted.ts'), 'utf8')).toBe('mine');
  });

  it('writes into the folder that cdk.json names, formatted as the project is', async () => {
    write('cdk.json', { context: { detection: { rulesFolder: './own/rules' } } });
    expect(await cli('rules', 'new', 'tag-deleted', '--json')).toEqual({
      exitCode: 0,
      stdout: '{"file":"own/rules/tag-deleted.ts"}\n',
      stderr: '',
    });
    const text = readFileSync(join(folder, 'own/rules/tag-deleted.ts'), 'utf8');
    expect(await check(text, { ...prettier, parser: 'typescript' })).toBe(true);
  });
});

describe('rules test', () => {
  it('ends with 3 where an example fails or a file has no rule, and tests the others', async () => {
    await cli('rules', 'new', 'tag-deleted');
    const text = readFileSync(join(folder, 'rules/tag-deleted.ts'), 'utf8');
    write('rules/tag-deleted.ts', text.replace('event_count: 3', 'event_count: 4'));
    write('rules/slip.ts', 'export default {');
    const { exitCode, stdout } = await cli('rules', 'test');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('\n✗  three tags are deleted  medium ');
    expect(stdout).toContain('\n✗ three tags are deleted: event_count is 3; expected 4\n');
    expect(stdout).toMatch(
      /\n✗ rules\/slip\.ts: line 1: Expected identifier but found end of file\nrules: 1 rule, 2 problems\.\n$/,
    );
    expect(await cli('rules', 'test', '--output', 'csv')).toEqual({
      exitCode: 3,
      stderr:
        '✗ three tags are deleted: event_count is 3; expected 4\n' +
        '✗ rules/slip.ts: line 1: Expected identifier but found end of file\n',
      stdout: [
        'rule,result,example,severity,group,text',
        'tag-deleted,good,a tag is deleted,medium,user alice@corp.example,Deleted tag',
        'tag-deleted,good,a tag is made,,,no match',
        'tag-deleted,bad,three tags are deleted,medium,user alice@corp.example,Tag deleted by alice@corp.example: Partners',
        'tag-deleted,good,two tags are deleted,,,no alert',
        '',
      ].join('\r\n'),
    });
    const lines = (await cli('rules', 'test', '--json')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { ruleId: 'tag-deleted', name: 'a tag is deleted', kind: 'mustMatch', problems: [] },
      { ruleId: 'tag-deleted', name: 'a tag is made', kind: 'mustNotMatch', problems: [] },
      { ruleId: 'tag-deleted', kind: 'mustRaise', problems: ['event_count is 3; expected 4'] },
      { ruleId: 'tag-deleted', kind: 'mustRaise', problems: [] },
      { folder: 'rules', problem: 'rules/slip.ts: line 1: Expected identifier but found end of file' },
    ]);
  });

  it('refuses a folder that is not there, and says how to fill an empty one', async () => {
    expect(await cli('rules', 'test')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `✗ The folder of the rules is "rules"; expected a folder with a file for each rule, and ${folder} has none of this name.\n  npx --no -- netskope-audit rules new <id> rules makes it, with a first rule.\n`,
    });
    mkdirSync(join(folder, 'own'));
    expect((await cli('rules', 'test', 'own')).stdout).toBe(
      'own: 0 rules, 0 problems.\n! npx --no -- netskope-audit rules new <id> own makes one.\n',
    );
  });
});

test('detect lists rules of your own, from where the settings are, and refuses those that are wrong', async () => {
  await cli('rules', 'new', 'tag-deleted');
  mkdirSync(join(folder, 'emea'));
  const detection = { rulesFolder: '../rules', rules: { 'tag-deleted': { threshold: 7 } } };
  write('emea/cdk.json', { context: { detection } });
  const listed = await cli('detect', '--list', '--rule', 'tag-deleted', '--settings', 'emea/cdk.json');
  expect(listed.stdout).toMatch(/^tag-deleted +Tag deleted +medium +7 +60 min /m);
  write('cdk.json', { context: { detection: { rulesFolder: 'rules' } } });
  write('rules/slip.ts', 'export default 7;');
  expect(await cli('detect', '--list')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      '✗ Rules of your own are wrong:\n  - rules/slip.ts: it has no rule; expected export default defineRule({ … })\n  npx --no -- netskope-audit rules test rules tries them.\n',
  });
  write('cdk.json', { context: { detection: { rulesFolder: 7 } } });
  expect((await cli('detect', '--list')).stderr).toBe(
    '✗ detection.rulesFolder in cdk.json is 7; expected a path.\n  Name the right file with --settings, or try the pack as it comes with --untuned.\n',
  );
});
