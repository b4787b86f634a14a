import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StageProps } from 'aws-cdk-lib';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { NetskopeAuditPipelineProps } from '../../../lib/aws/index';
import { NetskopeAuditPipeline } from '../../../lib/aws/index';
import type { StackTemplate } from '../synthesized-app';

const outputFolders: string[] = [];

afterAll(() => {
  for (const folder of outputFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The app of somebody else, with feature flags of its own. */
export function foreignApp(context: Readonly<Record<string, unknown>> = {}): App {
  const outdir = mkdtempSync(join(tmpdir(), 'foreign-app-'));
  outputFolders.push(outdir);
  return new App({ outdir, context });
}

interface AuditStageProps extends StageProps {
  /** @default - the default of the CDK: names of stage and stack */
  readonly stackName?: string;
  readonly pipeline?: NetskopeAuditPipelineProps;
}

/** A stage with one stack: the pipeline, and a role that reads its archive. */
export class AuditStage extends Stage {
  readonly pipeline: NetskopeAuditPipeline;
  readonly stack: Stack;

  constructor(app: App, id: string, { stackName, pipeline, ...props }: AuditStageProps = {}) {
    super(app, id, props);
    this.stack = new Stack(this, 'security-audit', { stackName });
    this.pipeline = new NetskopeAuditPipeline(this.stack, 'Audit', pipeline);
    const assumedBy = new AccountPrincipal('111122223333');
    this.pipeline.archive.grantRead(new Role(this.stack, 'Analyst', { assumedBy }));
  }

  template(): StackTemplate {
    const assembly = this.synth({ skipValidation: true });
    const stack = assembly.getStackArtifact(this.stack.artifactId);
    const { stackName } = stack;
    return { ...(stack.template as StackTemplate), stackName, assemblyFolder: assembly.directory };
  }
}
