import { Duration } from 'aws-cdk-lib';
import type { DeployedSource } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { SourceSettings } from './deployment-schema';

/** One Netskope tenant to collect, as validated from the CDK context. */
export interface SourceConfig {
  /** Matches SOURCE_ID_PATTERN; unique in the deployment. */
  readonly id: string;
  /** For people: stands in every archived record. */
  readonly label: string;
  /** Time between two runs. */
  readonly schedule: Duration;
  /** How far back the very first run begins. */
  readonly startLookback: Duration;
  /** Whether the last days are read again once a day, and an alarm tells what was missing. */
  readonly dailyRecheck: boolean;
  /** Whether silence of the tenant is alarmed. */
  readonly noDataAlarm: boolean;
  /** How long nothing may arrive before that alarm. */
  readonly noDataWindow: Duration;
  /** Who is notified of this source's alarms in place of the deployment's addresses; empty for those. */
  readonly alarmEmails: readonly string[];
}

/** A source as constructs take it, from its settings. */
export function sourceConfig(settings: SourceSettings): SourceConfig {
  return {
    id: settings.id,
    label: settings.label ?? settings.id,
    schedule: Duration.minutes(settings.scheduleMinutes),
    startLookback: Duration.hours(settings.startLookbackHours),
    dailyRecheck: settings.dailyRecheck,
    noDataAlarm: settings.noDataAlarm,
    noDataWindow: Duration.minutes(settings.noDataWindowMinutes),
    alarmEmails: settings.alarmEmails,
  };
}

/** A source as the schedule hands it to the collector and the outputs tell the operator. */
export function deployedSource(source: SourceConfig): DeployedSource {
  return {
    sourceId: source.id,
    label: source.label,
    startLookbackHours: source.startLookback.toHours(),
    scheduleMinutes: source.schedule.toMinutes(),
    dailyRecheck: source.dailyRecheck,
  };
}
