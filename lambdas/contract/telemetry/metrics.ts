import { STACK_NAME } from '../deployment/deployment-outputs';

/** CloudWatch namespace of every metric that the functions send. */
export const METRIC_NAMESPACE = 'NetskopeAudit';

/** The dimension every metric carries. */
export const METRIC_DIMENSION = 'SourceId';

/** Carried besides by the metrics of a deployment that has not the default name: others keep the metrics they have. */
export const DEPLOYMENT_DIMENSION = 'Deployment';

/** What metrics call a deployment. @returns undefined for the default name */
export function deploymentOf(deploymentName: string): string | undefined {
  return deploymentName === STACK_NAME ? undefined : deploymentName;
}

/** The whole identity of a metric beside namespace and name: alarms, dashboards and queries must name all of it. */
export function metricDimensions(sourceId: string, deployment?: string): Readonly<Record<string, string>> {
  return {
    [METRIC_DIMENSION]: sourceId,
    ...(deployment !== undefined && { [DEPLOYMENT_DIMENSION]: deployment }),
  };
}

/** `LagSeconds` above which the archive is late, and every run sends it: below the limit of the alarm `behind`. */
export function lateAfterS(scheduleMinutes: number): number {
  return Math.max(600, 2 * 60 * scheduleMinutes);
}

/** Metric names and units: what the functions send is what alarms and dashboard watch. */
export const Metric = {
  EventsArchived: {
    name: 'EventsArchived',
    unit: 'Count',
    description:
      'Events archived and not announced before; by every run with a token that ended as it should, and by no other, zero included: its points are the number of such runs.',
  },
  CredentialsRefused: {
    name: 'CredentialsRefused',
    unit: 'Count',
    description:
      '1; when a 401, a 403 or an unusable secret stopped a run. 0; when something else did, or the secret is still empty.',
  },
  LagSeconds: {
    name: 'LagSeconds',
    unit: 'Seconds',
    description:
      'How far the archive is behind the present; twice a day, and while it is late by every run, a failed one included, until the first in time. Late is above two schedules, ten minutes at least.',
  },
  EventsQuarantined: {
    name: 'EventsQuarantined',
    unit: 'Count',
    description: 'Events put into quarantine; when there were any.',
  },
  EventsDrifted: {
    name: 'EventsDrifted',
    unit: 'Count',
    description: 'Archived events that deviate from the documented shape; when there were any.',
  },
  EventEditions: {
    name: 'EventEditions',
    unit: 'Count',
    description:
      'Archived events that came before with fewer fields: Netskope adds fields to events that it delivered before; when there were any.',
  },
  EventsConflicting: {
    name: 'EventsConflicting',
    unit: 'Count',
    description:
      'Archived events whose `_id` is archived with another value in a field, both being kept; when there were any.',
  },
  EventsRecovered: {
    name: 'EventsRecovered',
    unit: 'Count',
    description:
      'Events that the daily recheck found missing and stored: the live feed had lost them; when there were any.',
  },
  TokenDaysLeft: {
    name: 'TokenDaysLeft',
    unit: 'None',
    description:
      'Whole days until the token expires, negative afterwards; twice a day, when the secret says when that is.',
  },
  AlertsRaised: {
    name: 'AlertsRaised',
    unit: 'Count',
    description: 'Alerts stored; when there were any.',
  },
  EventsExcluded: {
    name: 'EventsExcluded',
    unit: 'Count',
    description:
      'Events that the configuration keeps from a rule they match, each rule counted; when there were any, and again when an object is delivered again.',
  },
  EventsWithoutGroup: {
    name: 'EventsWithoutGroup',
    unit: 'Count',
    description:
      'Events that a rule matches and cannot count, because Netskope hides their user and they name no address; when there were any.',
  },
  ArchiveDamaged: {
    name: 'ArchiveDamaged',
    unit: 'Count',
    description:
      'Lines of the manifest that are not as they were written, or list an object that is not; once a day, when there are any.',
  },
} as const;

/**
 * How many sources an alarm is about that a deployment has once: in a fleet those in place of the alarms of its sources,
 * and `archive-damaged` of every deployment.
 */
export const SourcesAffected = {
  name: 'SourcesAffected',
  unit: 'Count',
  /** The dimension with the kind of alarm. */
  dimension: 'Alarm',
} as const;

/** The whole identity of `SourcesAffected` beside namespace and name. */
export function affectedDimensions(kind: string, deployment?: string): Readonly<Record<string, string>> {
  return {
    [SourcesAffected.dimension]: kind,
    ...(deployment !== undefined && { [DEPLOYMENT_DIMENSION]: deployment }),
  };
}

/** All metrics of sources, in the order they are documented. */
export const METRICS = Object.values(Metric);
