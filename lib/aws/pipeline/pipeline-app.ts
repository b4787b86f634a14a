import type { AppProps, StackProps } from 'aws-cdk-lib';
import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { sourcesStackName } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { DeploymentSettings, SourceSettings } from '../deployment-schema';
import { readDeploymentSettings } from '../deployment-settings';
import FEATURE_FLAGS from '../feature-flags.json';
import { AlarmRules } from '../watch/notifications';
import { applyToAllResources } from './all-resources';
import { NetskopeAuditPipeline } from './netskope-audit-pipeline';
import type { PipelineParts } from './pipeline-parts';
import { SOURCES_PER_STACK, withoutAppSettings } from './pipeline-props';
import type { SharedPart } from './source-group';
import { SourceGroup } from './source-group';

/**
 * The whole deployment, as the CDK context describes it. The CDK's feature flags are pinned in feature-flags.json, as
 * far as they concern the services used: an update of the CDK must not change what is deployed. A source's place in
 * `sources` decides its stack: a source added at the end moves no other. Removing one would move those behind it, whose
 * secrets exist already, and CloudFormation would refuse; it is marked `retired` instead, and the next new source can
 * take its place. A hash of the id would need no such mark, but would spread even two sources over two stacks.
 */
export class PipelineApp extends App {
  /** The stack of the pipeline. */
  readonly mainStack: Stack;
  /** The pipeline's stack first. */
  readonly stacks: readonly Stack[];

  /** @throws DeploymentSettingsError with every problem of the context at once */
  constructor(parts: PipelineParts, props: AppProps = {}) {
    super({ ...props, context: { ...FEATURE_FLAGS, ...props.context } });
    const settings = readDeploymentSettings(this.node.getAllContext() as Record<string, unknown>);
    const stack = new PipelineStack(this, { settings, ...parts });
    const further = this.furtherStacks(settings, stack.pipeline.shared);
    if (further.length > 0) stack.pipeline.addDashboards(further.map(({ group }) => group));
    this.mainStack = stack;
    this.stacks = [stack, ...further];
    applyToAllResources(this, this.stacks, settings);
  }

  private furtherStacks({ stackName, sources }: DeploymentSettings, shared: SharedPart): SourcesStack[] {
    const stackCount = Math.ceil(sources.length / SOURCES_PER_STACK);
    return Array.from({ length: Math.max(0, stackCount - 1) }, (_, index) => index + 2).flatMap((number) => {
      const placed = sources.slice((number - 1) * SOURCES_PER_STACK, number * SOURCES_PER_STACK);
      const collected = placed.filter(({ retired }) => !retired);
      if (collected.length === 0) return [];
      const description = 'Further sources of the Netskope audit events collector';
      const name = sourcesStackName(stackName, number);
      return [new SourcesStack(this, name, { description, sources: collected, shared })];
    });
  }
}

interface PipelineStackProps extends Omit<PipelineParts, 'furtherSources'> {
  readonly settings: DeploymentSettings;
}

/** The pipeline with the first of the sources. */
class PipelineStack extends Stack {
  readonly pipeline: NetskopeAuditPipeline;

  constructor(scope: Construct, { settings, ...parts }: PipelineStackProps) {
    const { stackName, sources } = settings;
    super(scope, stackName, {
      description: `Collects ${parts.feed.title} into S3`,
      terminationProtection: true,
      // The dashboard of a hundred sources is large, and a template may have 1 MB.
      suppressTemplateIndentation: true,
    });
    const props = {
      ...withoutAppSettings(settings),
      deploymentName: stackName,
      sources: settings.fleet ? undefined : sources.slice(0, SOURCES_PER_STACK),
    };
    const furtherSources = sources.slice(SOURCES_PER_STACK);
    // Logical ids leave this id out: they are those of resources in the stack itself.
    this.pipeline = new NetskopeAuditPipeline(this, 'Default', props, { ...parts, furtherSources });
  }
}

interface SourcesStackProps extends StackProps {
  readonly sources: readonly SourceSettings[];
  /** Of the pipeline's stack. */
  readonly shared: SharedPart;
}

/** Further sources, beyond those the pipeline's stack has room for. */
class SourcesStack extends Stack {
  readonly group: SourceGroup;

  constructor(scope: Construct, id: string, { sources, shared, ...props }: SourcesStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const messages = new AlarmRules(this, 'Recoveries', shared.schedules.undelivered);
    this.group = new SourceGroup(this, 'Sources', { sources, shared, messages });
  }
}
