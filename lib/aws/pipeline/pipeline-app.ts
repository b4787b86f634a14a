import type { AppProps, StackProps } from 'aws-cdk-lib';
import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { sourcesStackName } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import type { DeploymentSettings, SourceSettings } from '../deployment-schema';
import { tuningOf } from '../deployment-schema';
import { readDeploymentSettings } from '../deployment-settings';
import { expiredExclusions } from '../detect/detection';
import FEATURE_FLAGS from '../feature-flags.json';
import { AlarmMessages } from '../watch/notifications';
import { applyToAllResources } from './all-resources';
import type { PipelineStackProps } from './pipeline-stack';
import { PipelineStack } from './pipeline-stack';
import type { SharedPart } from './source-group';
import { SourceGroup } from './source-group';

/**
 * Limit on entries of `sources` in a stack. A source is 20 resources at most (secret, schedule, alarms, and if it has
 * recipients of its own, a topic with its policy, its subscriptions and a rule), the shared part and the dashboard below 100, and a
 * stack has room for 500 (AWS CloudFormation user guide, "Quotas"). Changing the number moves sources to other stacks.
 */
const SOURCES_PER_STACK = 20;

export interface PipelineAppProps extends AppProps {
  /** What is collected. */
  readonly feed: Feed;
  /** Folder with the built collector. */
  readonly codeFolder: string;
  /**
   * Builds the detector; called if the settings enable detection.
   * @param tuning is stored next to the code
   * @param rulesFolder rules in addition to the pack; undefined if there are none
   * @returns folder of the build
   */
  readonly buildDetector: (tuning: TuningSettings, rulesFolder?: string) => string;
  /** Builds the function that sends the daily message; called if the settings enable it. @returns folder of the build */
  readonly buildDailyMessage: () => string;
  /** Time of the synthesis, by which exclusions have expired. @default - now */
  readonly nowMs?: number;
}

/**
 * The whole deployment, as the CDK context describes it. The CDK's feature flags are pinned in feature-flags.json, as
 * far as they concern the services used: an update of the CDK must not change what is deployed. A source's place in
 * `sources` decides its stack: a source added at the end moves no other. Removing one would move those behind it, whose
 * secrets exist already, and CloudFormation would refuse; it is marked `retired` instead, and the next new source can
 * take its place. A hash of the id would need no such mark, but would spread even two sources over two stacks.
 */
export class PipelineApp extends App {
  readonly pipeline: PipelineStack;
  /** The pipeline's stack first. */
  readonly stacks: readonly Stack[];

  /** @throws DeploymentSettingsError with every problem of the context at once */
  constructor(appProps: PipelineAppProps) {
    const { feed, codeFolder, buildDetector, buildDailyMessage, nowMs = Date.now(), ...props } = appProps;
    super({ ...props, context: { ...FEATURE_FLAGS, ...props.context } });
    const settings = readDeploymentSettings(this.node.getAllContext() as Record<string, unknown>);
    const [first = [], ...further] = placed(settings.sources);
    this.pipeline = new PipelineStack(this, settings.stackName, {
      description: `Collects ${feed.title} into S3`,
      feed,
      codeFolder,
      sources: first,
      allSources: settings.sources,
      allowedDomains: settings.allowedDomains,
      alarmEmails: settings.alarmEmails,
      dailyMessage: settings.dailyMessage ? { codeFolder: buildDailyMessage() } : undefined,
      archive: settings.archive,
      detection: detectionOf(settings, buildDetector, dayOf(nowMs)),
    });
    const furtherStacks = this.furtherStacks(further);
    if (settings.dashboard) this.pipeline.addDashboards(furtherStacks.map(({ group }) => group));
    this.stacks = [this.pipeline, ...furtherStacks];
    applyToAllResources(this, this.stacks, settings);
  }

  private furtherStacks(groups: readonly (readonly SourceSettings[])[]): SourcesStack[] {
    const { shared, stackName } = this.pipeline;
    return groups.flatMap((sources, index) => {
      if (sources.length === 0) return [];
      const description = 'Further sources of the Netskope audit events collector';
      const name = sourcesStackName(stackName, index + 2);
      return [new SourcesStack(this, name, { description, sources, shared })];
    });
  }
}

function detectionOf(
  { detection, alarmEmails }: DeploymentSettings,
  buildDetector: PipelineAppProps['buildDetector'],
  today: string,
): PipelineStackProps['detection'] {
  if (!detection.enabled) return undefined;
  const { alertEmails = alarmEmails, chatNotifications } = detection;
  const tuning = tuningOf(detection);
  return {
    alertEmails,
    chatNotifications,
    codeFolder: buildDetector(tuning, detection.rulesFolder),
    expiredExclusions: expiredExclusions(tuning, today),
  };
}

/** The sources of each stack, by their place in the list; a retired one keeps its place and is left out. */
function placed(sources: readonly SourceSettings[]): SourceSettings[][] {
  const stackCount = Math.ceil(sources.length / SOURCES_PER_STACK);
  return Array.from({ length: stackCount }, (_, index) =>
    sources
      .slice(index * SOURCES_PER_STACK, (index + 1) * SOURCES_PER_STACK)
      .filter(({ retired }) => !retired),
  );
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
    const messages = new AlarmMessages(this, 'Recoveries', shared.schedules.undelivered);
    this.group = new SourceGroup(this, 'Sources', { sources, shared, messages });
  }
}
