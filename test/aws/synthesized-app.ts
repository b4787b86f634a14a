import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { PipelineApp } from '../../lib/aws/pipeline/pipeline-app';
import type { PipelineParts } from '../../lib/aws/pipeline/pipeline-parts';

const REPOSITORY = join(__dirname, '../..');

/** A folder in place of the built functions, for tests that look only at the template. */
const NO_BUNDLE = join(REPOSITORY, 'lambdas/contract');
const NO_BUILDS: Builds = {
  codeFolder: NO_BUNDLE,
  buildDetector: () => NO_BUNDLE,
  buildDailyMessage: () => NO_BUNDLE,
  buildFleet: () => NO_BUNDLE,
  buildVerifier: () => NO_BUNDLE,
};

/** Where the functions' code comes from. */
type Builds = Pick<
  PipelineParts,
  'codeFolder' | 'buildDetector' | 'buildDailyMessage' | 'buildFleet' | 'buildVerifier'
>;

/** 2026-11-22 09:00:00 UTC, when applications are synthesized. */
const NINE_MS = 1_795_338_000_000;

/** Settings laid over those of cdk.json. */
export type Settings = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

/** The parts of a stack's template that tests look at. */
export interface StackTemplate {
  readonly stackName: string;
  /** Folder of the application's templates and assets. */
  readonly assemblyFolder: string;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

const outputFolders: string[] = [];

afterAll(() => {
  for (const folder of outputFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A subscriber to alarms, without whom each synthesis would warn. */
const READERS = { alarmEmails: ['soc@example.com'] };

/** The application as `cdk synth` builds it: with the context of cdk.json, and a subscriber to its alarms. */
export function pipelineApp(settings: Settings = {}, builds: Partial<Builds> = {}): PipelineApp {
  const text = readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8');
  const { context } = JSON.parse(text) as { readonly context: Settings };
  const outdir = mkdtempSync(join(tmpdir(), 'synthesized-app-'));
  outputFolders.push(outdir);
  const parts = { feed: AUDIT_FEED, ...NO_BUILDS, ...builds, nowMs: NINE_MS };
  return new PipelineApp(parts, { outdir, context: { ...context, ...READERS, ...settings } });
}

/**
 * The templates of all stacks, the pipeline's first. Skips the CDK's validation of constructs;
 * process-set-up.cjs skips that of templates. They take most of the time, and cdk-nag.test.ts runs them.
 */
export function templatesOf(app: PipelineApp): StackTemplate[] {
  const assembly = app.synth({ skipValidation: true });
  return app.stacks.map(({ stackName }) => {
    const template = assembly.getStackByName(stackName).template as Pick<
      StackTemplate,
      'Resources' | 'Outputs'
    >;
    return { ...template, stackName, assemblyFolder: assembly.directory };
  });
}

/** The template of a deployment that fits into one stack. */
export function pipelineTemplate(settings: Settings = {}, builds: Partial<Builds> = {}): StackTemplate {
  const [template] = templatesOf(pipelineApp(settings, builds));
  if (template === undefined) throw new Error('the application has no stack; expected one');
  return template;
}

/** Logical id and resource of each resource of a type. */
export function resourcesOfType({ Resources }: StackTemplate, type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}
