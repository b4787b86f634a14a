import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { PipelineApp } from '../../aws/pipeline/pipeline-app';

const REPOSITORY = join(__dirname, '../../..');

/** Any folder: the price of a function does not depend on its code. */
const CODE_FOLDER = join(REPOSITORY, 'lambdas/contract');

/** Prefix of the ids of the priced sources, followed by a number. */
export const TENANT_PREFIX = 'tenant-';

/** One resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * Every resource of a deployment of the application, with a number of sources that have the settings of the first
 * source in cdk.json, and one subscriber to alarms.
 * @param different settings laid over those of cdk.json
 */
export function deploymentResources(
  feed: Feed,
  sourceCount: number,
  different: Readonly<Record<string, unknown>> = {},
): TemplateResource[] {
  const text = readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8');
  const { context } = JSON.parse(text) as { readonly context: Readonly<Record<string, unknown>> };
  const [first] = (context.sources ?? []) as readonly object[];
  const sources = Array.from({ length: sourceCount }, (_, index) => ({
    ...first,
    id: `${TENANT_PREFIX}${index + 1}`,
  }));
  const settings = { ...context, sources, alarmEmails: ['security@example.com'], ...different };
  const outdir = mkdtempSync(join(tmpdir(), 'cost-'));
  try {
    const app = new PipelineApp({
      feed,
      codeFolder: CODE_FOLDER,
      buildDetector: () => CODE_FOLDER,
      context: settings,
      outdir,
      builtinCloudFormationValidation: false,
    });
    const assembly = app.synth({ skipValidation: true });
    return app.stacks.flatMap(({ stackName }) => {
      const template = assembly.getStackByName(stackName).template as {
        readonly Resources: Readonly<Record<string, TemplateResource>>;
      };
      return Object.values(template.Resources);
    });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
