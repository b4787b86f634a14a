import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { loadRulesFolder } from '../../lib/build/rules-folder';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** The only file of the folder, loaded. */
function loaded(name: string, text: string) {
  write(name, text);
  const [file] = loadRulesFolder(folder);
  return file;
}

test('each file that ends in .ts is loaded, by name; what rules share lies in folders below', () => {
  mkdirSync(join(folder, 'shared'));
  write('shared/names.ts', "export const name: string = 'shared';");
  write('two.ts', "import { name } from './shared/names';\nexport default { id: 'two', name };");
  write('one.ts', 'export default { id: 1 };');
  write('types.d.ts', 'export default 1;');
  write('README.md', 'Rules');
  expect(loadRulesFolder(folder)).toEqual([
    { path: relative('.', join(folder, 'one.ts')), name: 'one', exported: { id: 1 } },
    { path: relative('.', join(folder, 'two.ts')), name: 'two', exported: { id: 'two', name: 'shared' } },
  ]);
});

test('a file imports what rules need, wherever its folder is', () => {
  const file = loaded(
    'own.ts',
    "import * as rules from 'netskope-audit-collector/rules';\nexport default Object.keys(rules).sort();",
  );
  expect(file?.exported).toEqual([
    'ADMIN_COMES',
    'API_TOKEN',
    'FAILED',
    'FAILED_LOGIN',
    'SUCCESSFUL_LOGIN',
    'apiCallInWords',
    'apiWriteOf',
    'byName',
    'bySourceAddress',
    'byTenant',
    'byUser',
    'byUserAnd',
    'byUserAndEvent',
    'defineRule',
    'isAboutApiToken',
    'isAboutBypass',
    'isAdminAccountChange',
    'isAdminCreatedOrRemoved',
    'isAdminSettingsChange',
    'isByNetskopePersonnel',
    'isChange',
    'isDeletion',
    'isExceptionConfiguration',
    'isFailedLogin',
    'isFailure',
    'isLogin',
    'isOnAnother',
    'isOnOneself',
    'isPasswordChange',
    'isSuccess',
    'isSuccessfulLogin',
    'isSupportAccessChange',
    'isSwitchedOff',
    'kindOfPath',
    'letsThrough',
    'named',
    'networkOf',
    'sourceNetworkOf',
    'weakeningsIn',
  ]);
});

test.each([
  ['no default export', 'export const rule = 1;', { exported: undefined }],
  ['a default export that is no rule', 'export default 7;', { exported: 7 }],
  ['a slip', 'export default {\n  id 7,\n};', { failure: 'line 2: Expected "}" but found "7"' }],
  [
    'an import of what is not there',
    "import './no-such';",
    { failure: 'line 1: Could not resolve "./no-such"' },
  ],
  ['code that fails', "throw new TypeError('no such field');", { failure: 'no such field' }],
  ['code that throws what is no error', "throw 'nothing';", { failure: 'nothing' }],
  [
    'a rule that is wrong',
    "import { defineRule } from 'netskope-audit-collector/rules';\nexport default defineRule({ id: 'Own' } as any);",
    { failure: expect.stringMatching(/^rule "Own": id is "Own"; expected lower-case words/) as string },
  ],
])('of a file with %s it is told', (_what, text, expected) => {
  expect(loaded('own.ts', text)).toMatchObject(expected);
});

test('an error in a file that a rule imports has the name of that file', () => {
  mkdirSync(join(folder, 'shared'));
  write('shared/names.ts', 'export const = 1;');
  const { failure = '' } = loaded('own.ts', "import './shared/names';\nexport default 1;") ?? {};
  expect(failure.slice(failure.indexOf('shared/'))).toBe(
    'shared/names.ts:1: Expected identifier but found "="',
  );
});

test('a folder that is not there is refused', () => {
  expect(() => loadRulesFolder('no-such-folder')).toThrow(
    `"no-such-folder"; expected a folder with a file for each rule, and ${process.cwd()} has none of this name`,
  );
});
