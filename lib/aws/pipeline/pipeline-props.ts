import { ACCOUNT_SETTINGS } from '../account-schema';
import type { ArchiveSettings } from '../archive-schema';
import type { DeploymentSettings, DetectionSettings, SourceSettings } from '../deployment-schema';
import { DEPLOYMENT_SCHEMA } from '../deployment-schema';
import { readSettings } from '../deployment-settings';

/**
 * Limit on entries of `sources` in a stack. A source is 20 resources at most (secret, schedule, alarms, and if it has
 * recipients of its own, a topic with its policy, its subscriptions and a rule), the shared part and the dashboard below
 * 100, and a stack has room for 500 (AWS CloudFormation user guide, "Quotas"). Changing the number moves sources to other stacks.
 */
export const SOURCES_PER_STACK = 20;

/** Settings of the app alone: the construct leaves them to the app and the stack that it is in. */
const APP_SETTINGS: readonly string[] = ['stackName', 'tags', 'permissionsBoundary'] satisfies AppSetting[];
type AppSetting = 'stackName' | 'tags' | 'permissionsBoundary';

/** A Netskope tenant. */
export type SourceProps = Pick<SourceSettings, 'id'> & Partial<SourceSettings>;

/** How the archive is kept. */
export type ArchiveProps = Partial<ArchiveSettings>;

/** What alerts are raised, and who gets them. */
export type DetectionProps = Partial<DetectionSettings>;

/** The settings of `cdk.json`, for a pipeline in a stack of one's own; docs/configure.md explains each. */
export interface NetskopeAuditPipelineProps extends Partial<
  Omit<DeploymentSettings, AppSetting | 'sources' | 'archive' | 'detection'>
> {
  /**
   * The tenants, 20 at most. Secrets, schedules and alarms are named after their ids.
   * @default - one with the id `netskope`
   */
  readonly sources?: readonly SourceProps[];
  /** @default - encrypted with keys of S3, nothing is locked, nothing expires */
  readonly archive?: ArchiveProps;
  /** @default - the whole pack of rules, alerts go to `alarmEmails` */
  readonly detection?: DetectionProps;
  /**
   * What the names of secrets, alarms, workgroup and Glue database begin with: 1 to 16 letters and digits, a letter first.
   * Two pipelines in one account and region need different ones. Changing it makes the secrets anew, which are empty.
   * @default 'NetskopeAudit'
   */
  readonly deploymentName?: string;
}

/** The props, validated and with their defaults. */
export interface PipelineSettings extends Omit<DeploymentSettings, AppSetting> {
  readonly deploymentName: string;
}

/** What app and construct have in common: their settings, or the schemas of these. */
export function withoutAppSettings<T extends { readonly [Setting in AppSetting]?: unknown }>(
  all: T,
): Omit<T, AppSetting> {
  const shared = Object.entries(all).filter(([name]) => !APP_SETTINGS.includes(name));
  return Object.fromEntries(shared) as Omit<T, AppSetting>;
}

const PIPELINE_SCHEMA = {
  ...DEPLOYMENT_SCHEMA,
  properties: {
    ...withoutAppSettings(DEPLOYMENT_SCHEMA.properties),
    sources: {
      ...DEPLOYMENT_SCHEMA.properties.sources,
      description: `a list of 1 to ${SOURCES_PER_STACK} sources, for a stack has room for no more; put further ones into a second NetskopeAuditPipeline, in a stack and with a deploymentName of its own`,
      maxItems: SOURCES_PER_STACK,
    },
    deploymentName: {
      ...ACCOUNT_SETTINGS.stackName,
      description:
        'letters and digits, 16 at most, a letter first, not ending in Sources and a number; two pipelines in one account and region need names that differ in more than upper and lower case',
    },
  },
};

/**
 * Validates the props and applies their defaults.
 * @param path of the construct, for the message
 * @param hasFurtherSources whether other stacks collect into the archive as well
 * @throws DeploymentSettingsError with every problem at once
 */
export function readPipelineProps(
  props: NetskopeAuditPipelineProps,
  path: string,
  hasFurtherSources: boolean,
): PipelineSettings {
  const origin = { title: `NetskopeAuditPipeline ${path}`, top: 'props' };
  return readSettings<PipelineSettings>(PIPELINE_SCHEMA, props, origin, hasFurtherSources);
}
