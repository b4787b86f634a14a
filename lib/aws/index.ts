/** What `netskope-audit-collector` exports: the pipeline, for stacks of one's own. */
export type { Archive } from './archive';
export type { AlertEmail } from './deployment-schema';
export { DeploymentSettingsError } from './deployment-settings';
export type { SourceMetricProps } from './pipeline/netskope-audit-pipeline';
export { NetskopeAuditPipeline } from './pipeline/netskope-audit-pipeline';
export type {
  ArchiveProps,
  DetectionProps,
  NetskopeAuditPipelineProps,
  SourceProps,
} from './pipeline/pipeline-props';
