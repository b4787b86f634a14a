import type { CollectorEvent, CollectorTask, Source } from '../contract/deployment/collector-event';
import { ScheduleDefault, SOURCE_ID_PATTERN, StartLookback } from '../contract/deployment/collector-event';
import { EnvDefault, EnvVar } from '../contract/deployment/environment';
import {
  LOOPBACK_ORIGIN_EXPECTED,
  loopbackOrigin,
  shownAddress,
} from '../contract/deployment/loopback-origin';
import { ALLOWED_DOMAINS_EXPECTED, parseAllowedDomains } from '../contract/deployment/tenant-host';
import { requiredText } from '../shared/environment-text';
import { ConfigError } from '../shared/errors';
import type { Proxy } from '../shared/proxy';
import { proxyIn } from '../shared/proxy';

/** The function's validated settings. */
export interface Settings {
  readonly archiveBucket: string;
  readonly checkpointTable: string;
  readonly secretNamePrefix: string;
  /** What metrics call the deployment. @default - it has the default stack name */
  readonly deployment?: string;
  /** Whether runs report into the table and send no metrics. @default false */
  readonly isFleet?: boolean;
  readonly requestTimeoutMs: number;
  /** Domains besides Netskope's own that the token may be sent to. @default - none */
  readonly allowedDomains?: readonly string[];
  readonly netskopeEndpointUrl?: string;
  /** The way to Netskope and AWS. @default - a direct one */
  readonly proxy?: Proxy;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError with every problem at once */
export function parseSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const text = requiredText(environment, problems);
  const integer = (
    name: string,
    byDefault: number,
    range: { readonly min: number; readonly max: number },
  ): number => {
    const value = environment[name];
    if (value === undefined) return byDefault;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= range.min && number <= range.max) return number;
    problems.push(
      `environment variable ${name} is ${JSON.stringify(value)}; expected an integer from ${range.min} to ${range.max}`,
    );
    return byDefault;
  };
  const settings: Settings = {
    archiveBucket: text(EnvVar.ArchiveBucket, 'a bucket name'),
    checkpointTable: text(EnvVar.CheckpointTable, 'a table name'),
    secretNamePrefix: text(EnvVar.SecretNamePrefix, 'what precedes the source id in a secret name'),
    deployment:
      environment[EnvVar.Deployment] === undefined ? undefined : text(EnvVar.Deployment, 'a stack name'),
    isFleet: isTrue(EnvVar.Fleet, environment, problems),
    requestTimeoutMs: integer(EnvVar.RequestTimeoutMs, EnvDefault.requestTimeoutMs, {
      min: 1_000,
      max: 600_000,
    }),
    allowedDomains: domainsIn(environment[EnvVar.AllowedDomains], problems),
    netskopeEndpointUrl: originOf(environment[EnvVar.NetskopeEndpointUrl], problems),
    proxy: proxyIn(environment),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/** Whether a variable is set, which can only be to `true`. */
function isTrue(name: string, { [name]: value }: Environment, problems: string[]): boolean {
  if (value !== undefined && value !== 'true')
    problems.push(`environment variable ${name} is ${shown(value)}; expected true, or none`);
  return value === 'true';
}

function domainsIn(value: string | undefined, problems: string[]): readonly string[] {
  const domains = parseAllowedDomains(value);
  if (domains !== undefined) return domains;
  problems.push(
    `environment variable ${EnvVar.AllowedDomains} is ${shown(value)}; ${ALLOWED_DOMAINS_EXPECTED}`,
  );
  return [];
}

function originOf(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  const origin = loopbackOrigin(value);
  if (origin !== undefined) return origin;
  problems.push(
    `environment variable ${EnvVar.NetskopeEndpointUrl} is ${shownAddress(value)}; ${LOOPBACK_ORIGIN_EXPECTED}`,
  );
  return undefined;
}

/**
 * The input in a message of a fleet's queue, which hands over one at a time; any other event is the input itself. More
 * people may put events on the bus than may invoke the function, so a message has no task.
 */
function inputIn(event: unknown): unknown {
  const { Records } = (event ?? {}) as { readonly Records?: readonly { readonly body?: unknown }[] };
  if (!Array.isArray(Records)) return event;
  const [record, ...others] = Records as readonly { readonly body?: unknown }[];
  if (typeof record?.body !== 'string' || others.length > 0)
    throw new ConfigError([`input has ${Records.length} messages; expected one, with a body`]);
  const input = JSON.parse(record.body) as { readonly task?: unknown } | null;
  if (input?.task !== undefined) throw new ConfigError(['a message of the queue has a task; expected none']);
  return input;
}

/**
 * Validates the invocation's input, which may be in a message of a queue, and applies defaults.
 * @throws ConfigError with every problem at once
 */
export function parseCollectorEvent(event: unknown): Source & Pick<CollectorEvent, 'task'> {
  const input = inputIn(event);
  const { sourceId, label, startLookbackHours, scheduleMinutes, dailyRecheck, secret, task } = (
    typeof input === 'object' && input !== null ? input : {}
  ) as Record<string, unknown>;
  const problems: string[] = [];
  if (typeof sourceId !== 'string' || !SOURCE_ID_PATTERN.test(sourceId)) {
    problems.push(
      `input sourceId is ${shown(sourceId)}; expected lower-case letters, digits and hyphens, 40 at most, a letter first`,
    );
  }
  if (label !== undefined && (typeof label !== 'string' || label === '')) {
    problems.push(`input label is ${shown(label)}; expected a text that is not empty`);
  }
  const { defaultHours, maxHours } = StartLookback;
  const hours = startLookbackHours ?? defaultHours;
  if (typeof hours !== 'number' || !(hours >= 0 && hours <= maxHours)) {
    problems.push(`input startLookbackHours is ${shown(hours)}; expected a number from 0 to ${maxHours}`);
  }
  const minutes = scheduleMinutes ?? ScheduleDefault.minutes;
  if (typeof minutes !== 'number' || !(minutes >= 1)) {
    problems.push(`input scheduleMinutes is ${shown(minutes)}; expected a number of 1 or more`);
  }
  if (dailyRecheck !== undefined && typeof dailyRecheck !== 'boolean') {
    problems.push(`input dailyRecheck is ${shown(dailyRecheck)}; expected true or false`);
  }
  if (secret !== undefined && (typeof secret !== 'string' || secret === '')) {
    problems.push(`input secret is ${shown(secret)}; expected the name or the ARN of a secret`);
  }
  if (task !== undefined && !isTask(task)) {
    problems.push(
      `input task is ${shown(task)}; expected {"kind":"rewind","toEpochS":<unix seconds>} or {"kind":"redrive","fromDay":"YYYY-MM-DD","toDay":"YYYY-MM-DD"}`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    sourceId: sourceId as string,
    label: (label ?? sourceId) as string,
    startLookbackHours: hours as number,
    scheduleMinutes: minutes as number,
    dailyRecheck: dailyRecheck !== false,
    ...(typeof secret === 'string' ? { secret } : {}),
    ...(isTask(task) ? { task } : {}),
  };
}

function isTask(value: unknown): value is CollectorTask {
  const { kind, toEpochS, skip, fromDay, toDay } = (value ?? {}) as Record<string, unknown>;
  const isSkipClear = skip === undefined || typeof skip === 'boolean';
  if (kind === 'rewind') return Number.isSafeInteger(toEpochS) && (toEpochS as number) >= 0 && isSkipClear;
  return kind === 'redrive' && isDay(fromDay) && isDay(toDay);
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
}

const SHOWN_LENGTH = 60;

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
}
