/** CloudWatch namespace of every metric of the collector. */
export const METRIC_NAMESPACE = 'NetskopeAudit';

/** The one dimension every metric carries. */
export const METRIC_DIMENSION = 'SourceId';

/** Metric names and units: what the collector sends is what alarms and dashboard watch. */
export const Metric = {
  /** Events archived since the last announcement, zero included; sent by every run that reached Netskope. */
  EventsArchived: { name: 'EventsArchived', unit: 'Count' },
  /** 1, sent by every run that ended as it should. */
  RunSucceeded: { name: 'RunSucceeded', unit: 'Count' },
  /** 1, sent when Netskope's 401 or 403 stopped the run. */
  CredentialsRefused: { name: 'CredentialsRefused', unit: 'Count' },
  /** How far the archive is behind the present, in seconds; sent by idle runs and failed runs too. */
  LagSeconds: { name: 'LagSeconds', unit: 'Seconds' },
  /** Events put into quarantine since the last announcement; sent when there were any. */
  EventsQuarantined: { name: 'EventsQuarantined', unit: 'Count' },
  /** Archived events that deviate from the documented shape; sent when there were any. */
  EventsDrifted: { name: 'EventsDrifted', unit: 'Count' },
  /** Whole days until the token expires, negative afterwards; sent when the secret says when that is. */
  TokenDaysLeft: { name: 'TokenDaysLeft', unit: 'None' },
} as const;
