import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { transformSync } from 'esbuild';
import { InstalledPackage } from './installed-package';

const REPOSITORY = join(__dirname, '../..');

/** The example of the guide: an app with the pipeline in two stages. */
const GUIDE = readFileSync(join(REPOSITORY, 'docs/deploy.md'), 'utf8');
const [, EXAMPLE = ''] = /```ts\n([^]*?)```/.exec(GUIDE) ?? [];

const OWN_RULE = `import { byUser, defineRule } from 'netskope-audit-collector/rules';
export default defineRule({
  id: 'tag-deleted', title: 'Tags deleted', description: 'A user deleted several tags.', severity: 'medium',
  attack: [{ tactic: 'TA0040', technique: 'T1485', name: 'Data Destruction' }],
  matches: (event) => event.name === 'Deleted tag', groupBy: byUser, threshold: 3, windowMinutes: 60,
  runbook: 'Ask the user.',
  examples: { mustMatch: { deleted: { audit_log_event: 'Deleted tag' } }, mustNotMatch: { made: { audit_log_event: 'Created tag' } } },
});
`;

let installed: InstalledPackage;

beforeAll(() => {
  installed = new InstalledPackage();
});

afterAll(() => installed.remove());

/** Synthesizes an app in TypeScript. */
function synthesize(source: string, name: string) {
  installed.write(`${name}.cjs`, transformSync(source, { loader: 'ts', format: 'cjs' }).code);
  const outdir = join(installed.folder, `${name}.out`);
  const { status, stderr } = installed.run(process.execPath, [`${name}.cjs`], {
    CDK_OUTDIR: outdir,
    CDK_VALIDATION: 'false',
  });
  return { status, stderr, outdir };
}

/** The code of the functions of an assembly, with what is stored beside it, by the name of the file. */
function assetTexts(outdir: string, file: string): string[] {
  return readdirSync(outdir)
    .filter((name) => name.startsWith('asset.') && readdirSync(join(outdir, name)).includes(file))
    .map((name) => readFileSync(join(outdir, name, file), 'utf8'));
}

describe('the package', () => {
  it('has code, types, functions, command line and docs, and neither sources nor tests', () => {
    expect(installed.files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/netskope-audit.mjs',
        'dist/cli/netskope-audit.mjs',
        'dist/functions/collector/index.cjs',
        'dist/functions/detector/index.cjs',
        'dist/index.js',
        'dist/rules.js',
        'dist/types/lib/aws/index.d.ts',
        'docs/queries/duckdb/tables.sql',
        'docs/runbook.md',
        'package.json',
      ]),
    );
    const others = installed.files.filter(
      (path) =>
        !/^(?:dist\/.*\.(?:[cm]?js|[cm]js\.map|d\.ts)|docs\/.*\.(?:md|json|png|sql|py|yaml)|[A-Z]+(?:\.md)?|package\.json|bin\/netskope-audit\.mjs)$/.test(
          path,
        ),
    );
    expect(others).toEqual([]);
    expect(installed.files.filter((path) => /(?:^|\/)test\//.test(path))).toEqual([]);
  });

  it('needs one package beside those that every CDK app has', () => {
    expect(Object.keys(installed.manifest().dependencies)).toEqual(['esbuild']);
    expect(Object.keys(installed.manifest().peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  it('has every file that its types refer to', () => {
    const types = installed.files.filter((path) => path.endsWith('.d.ts'));
    const missing = types.flatMap((path) =>
      [...readFileSync(join(installed.package, path), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)]
        .map(([, target = '']) => normalize(join(dirname(path), `${target}.d.ts`)))
        .filter((target) => !types.includes(target)),
    );
    expect(types.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});

describe('the command line of the package', () => {
  it('starts by its name, and says how to use it', () => {
    const { status, stdout } = installed.run('npx', ['netskope-audit', '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npx .*netskope-audit \[options\] \[command\]/);
  });

  it('starts as documented, so that npx takes no package of that name from a registry', () => {
    expect(installed.run('npx', ['--no', '--', 'netskope-audit', '--version'])).toEqual({
      status: 0,
      stdout: '0.1.0\n',
      stderr: '',
    });
  });

  it('tests rules of one’s own', () => {
    installed.write('rules/tag-deleted.ts', OWN_RULE);
    const { status, stdout, stderr } = installed.run('npx', ['netskope-audit', 'rules', 'test', 'rules']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('tag-deleted');
  });

  it('has no archive of npm start, and says so', () => {
    expect(installed.run('npx', ['netskope-audit', 'status', '--local'])).toMatchObject({
      status: 2,
      stderr:
        '✗ --local works on the archive of npm start, which an installed package does not have.\n' +
        '  Run the command in a checkout.\n',
    });
  });
});

describe('the construct of the package', () => {
  it('works as the guide shows it, with the functions of the package', () => {
    const { status, stderr, outdir } = synthesize(EXAMPLE, 'guide');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(readdirSync(outdir)).toEqual(expect.arrayContaining(['assembly-Test', 'assembly-Prod']));
    const code = readFileSync(join(installed.package, 'dist/functions/collector/index.cjs'), 'utf8');
    expect(assetTexts(outdir, 'index.cjs')).toContain(code);
    expect(assetTexts(outdir, 'detection.json')).toEqual(['{"rules":{"many-deletes":{"threshold":20}}}']);
  });

  it('bundles rules of one’s own with the detector', () => {
    installed.write('rules/tag-deleted.ts', OWN_RULE);
    const source = `
      import { App, Stack } from 'aws-cdk-lib';
      import { NetskopeAuditPipeline } from 'netskope-audit-collector';
      const app = new App();
      new NetskopeAuditPipeline(new Stack(app, 'Host'), 'Audit', { detection: { rulesFolder: 'rules' } });
      app.synth();`;
    const { status, stderr, outdir } = synthesize(source, 'own-rules');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(assetTexts(outdir, 'index.cjs').filter((text) => text.includes('tag-deleted'))).toHaveLength(1);
    // The map is part of the asset's hash: it names no folder of this machine.
    const sources = assetTexts(outdir, 'index.cjs.map').flatMap(
      (text) => (JSON.parse(text) as { sources: string[] }).sources,
    );
    expect(sources.filter((source) => source.endsWith('tag-deleted.ts'))).toEqual([
      '../../../../rules/tag-deleted.ts',
    ]);
  });

  it('has types: the example of the guide compiles, and a wrong prop does not', () => {
    installed.write('app.ts', EXAMPLE);
    installed.write(
      'wrong.ts',
      `import { Stack } from 'aws-cdk-lib';
      import { type Archive, NetskopeAuditPipeline } from 'netskope-audit-collector';
      import { defineRule } from 'netskope-audit-collector/rules';
      // @ts-expect-error: a list is expected
      new NetskopeAuditPipeline(new Stack(), 'Audit', { alarmEmails: 'soc@example.com' });
      // @ts-expect-error: the parts of this repository are not for others
      new NetskopeAuditPipeline(new Stack(), 'Audit', {}, {});
      // @ts-expect-error: no metric has this name
      new NetskopeAuditPipeline(new Stack(), 'Audit').metric('Lag', 'corp');
      // @ts-expect-error: a rule has an id
      defineRule({});
      export const archive: Archive = new NetskopeAuditPipeline(new Stack(), 'Audit').archive;`,
    );
    installed.write('rules/tag-deleted.ts', OWN_RULE);
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'node20', '--target', 'es2022'];
    const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const files = ['app.ts', 'wrong.ts', 'rules/tag-deleted.ts'];
    expect(installed.run(process.execPath, [compiler, ...options, ...files])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});
