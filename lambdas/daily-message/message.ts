import { dayOf } from '../contract/storage/archive-layout';
import type { ManifestHead } from '../contract/storage/manifest';
import { toldHead } from '../contract/storage/manifest';
import type { Verification } from '../contract/storage/verification';

/** An alarm that fires. */
export interface FiringAlarm {
  readonly name: string;
  readonly sinceMs: number;
}

/** What is known of a source. */
export interface SourceState {
  readonly sourceId: string;
  /** Events that the live feed archived on the day before, UTC; absent if no run counted any. */
  readonly archivedYesterday?: number;
  /** Events that the live feed has archived since it began; absent if it has not begun. */
  readonly archivedInAll?: number;
  /** UTC, `2026-11-22`; absent if the secret names no day, or no run of the last week has told it. */
  readonly lastDayOfToken?: string;
  /** The newest line of the manifest; absent if there is none. */
  readonly chainHead?: ManifestHead;
  /** Of the head, as base64url; absent if it is not signed. */
  readonly headSignature?: string;
  /** What its verification knows; absent if it was never verified, or the deployment does not verify. */
  readonly verification?: Verification;
  /** The same of the chain that lists its alerts. */
  readonly alertVerification?: Verification;
}

export interface DeploymentState {
  readonly deploymentName: string;
  readonly alarms: readonly FiringAlarm[];
  readonly sources: readonly SourceState[];
  /** Why a head could not be stored in the bucket; absent if all are. */
  readonly headsProblem?: string;
  /** Why a head could not be signed; absent if all are that should be. */
  readonly signingProblem?: string;
  /** Whether the sources are those of a fleet, which counts no events of a day. @default false */
  readonly isFleet?: boolean;
}

/** Tokens that end later are left out. */
const TOKEN_DAYS = 30;

/** Verifications that are older are told: one of them may have been missed. */
const VERIFIED_DAYS = 2;

/** A message may have 256 KiB (Amazon SNS API reference, Publish). Thousands of alarms may fire at once. */
const MOST_ALARMS = 200;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What is published. All names in it are those of the deployment: nothing comes from Netskope. */
export function dailyMessage(
  state: DeploymentState,
  nowMs: number,
): { readonly subject: string; readonly message: string } {
  const { deploymentName, alarms } = state;
  const count =
    alarms.length === 0
      ? 'no alarm fires'
      : `${alarms.length} ${alarms.length === 1 ? 'alarm fires' : 'alarms fire'}`;
  return {
    subject: `${deploymentName}, daily message: ${count}`,
    message: [
      [`In deployment ${deploymentName} ${count}.`, ...alarmLines(alarms, nowMs)],
      tokenLines(state.sources, nowMs),
      damageLines(state.sources),
      unverifiedLines(state.sources, nowMs),
      sourceLines(state, nowMs),
    ]
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n'),
  };
}

function alarmLines(alarms: readonly FiringAlarm[], nowMs: number): string[] {
  const oldestFirst = [...alarms].sort((one, other) => one.sinceMs - other.sinceMs);
  const left = alarms.length - MOST_ALARMS;
  return [
    ...oldestFirst
      .slice(0, MOST_ALARMS)
      .map(({ name, sinceMs }) => `${name}: for ${lasting(nowMs - sinceMs)}, since ${minuteOf(sinceMs)} UTC`),
    ...(left > 0 ? [`and ${left} more`] : []),
    ...(alarms.length > 0 ? ['What to do is in docs/runbook.md.'] : []),
  ];
}

function tokenLines(sources: readonly SourceState[], nowMs: number): string[] {
  const ending = sources.flatMap(({ sourceId, lastDayOfToken }) => {
    if (lastDayOfToken === undefined) return [];
    const days = (Date.parse(lastDayOfToken) - Date.parse(dayOf(nowMs))) / DAY_MS;
    return days > TOKEN_DAYS ? [] : [{ sourceId, lastDayOfToken, days }];
  });
  if (ending.length === 0) return [`No token is known to end within ${TOKEN_DAYS} days.`];
  return [
    `Tokens that end within ${TOKEN_DAYS} days:`,
    ...ending
      .sort((one, other) => one.days - other.days)
      .map(({ sourceId, lastDayOfToken, days }) => `${sourceId}: ${lastDayOfToken}, ${remaining(days)}`),
  ];
}

/** What is known of each chain of a source. */
function verifiedChains({ sourceId, verification, alertVerification }: SourceState) {
  const chains = [
    { sourceId, manifest: 'the manifest', verification },
    { sourceId, manifest: 'the manifest of alerts', verification: alertVerification },
  ];
  return chains.flatMap((chain) =>
    chain.verification === undefined ? [] : [{ ...chain, verification: chain.verification }],
  );
}

function damageLines(sources: readonly SourceState[]): string[] {
  const damaged = sources.flatMap(verifiedChains).flatMap(({ sourceId, manifest, verification }) => {
    const [first, ...others] = verification.damagedLines;
    if (first === undefined) return [];
    return [
      `${sourceId}: line ${first} of ${manifest}${others.length > 0 ? ` and ${others.length} more` : ''}`,
    ];
  });
  if (damaged.length === 0) return [];
  return [
    'The archive is damaged. npx --no -- netskope-audit verify <source id> --chain says what is altered or gone:',
    ...damaged,
  ];
}

function unverifiedLines(sources: readonly SourceState[], nowMs: number): string[] {
  const late = sources.flatMap(verifiedChains).flatMap(({ sourceId, manifest, verification }) => {
    const { completedAtMs, head } = verification;
    if (completedAtMs !== undefined && nowMs - completedAtMs < VERIFIED_DAYS * DAY_MS) return [];
    const last = completedAtMs === undefined ? 'never' : `last on ${dayOf(completedAtMs)}`;
    return [`${sourceId}: ${last}, up to line ${head.number} of ${manifest}`];
  });
  return late.length === 0 ? [] : [`Not verified as a whole for ${VERIFIED_DAYS} days:`, ...late];
}

function sourceLines(
  { sources, isFleet = false, headsProblem, signingProblem }: DeploymentState,
  nowMs: number,
): string[] {
  const counted = isFleet ? 'has archived since it began' : `archived on ${dayOf(nowMs - DAY_MS)} (UTC)`;
  return [
    `Events that the live feed ${counted}, and the head of the hash chain now. Keep this message outside of this AWS account: npx --no -- netskope-audit verify <source id> --chain --heads <file> proves later that nothing before the head was changed.`,
    ...(signingProblem === undefined ? [] : [`A head could not be signed: ${signingProblem}`]),
    ...(headsProblem === undefined ? [] : [`A head could not be stored in the bucket: ${headsProblem}`]),
    ...sources.map(({ sourceId, archivedYesterday, archivedInAll, chainHead, headSignature }) => {
      const count = isFleet ? archivedInAll : archivedYesterday;
      const events = count === undefined ? 'not counted' : `${count.toLocaleString('en-US')} events`;
      return `${sourceId}: ${events}, head ${toldHead(chainHead, headSignature)}`;
    }),
  ];
}

/** `2026-11-22 09:30`, UTC. */
function minuteOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}

function lasting(ms: number): string {
  const [unitMs, unit] =
    ms >= 2 * DAY_MS
      ? ([DAY_MS, 'days'] as const)
      : ms >= 2 * HOUR_MS
        ? ([HOUR_MS, 'hours'] as const)
        : ([MINUTE_MS, 'minutes'] as const);
  return `${Math.floor(ms / unitMs)} ${unit}`;
}

function remaining(days: number): string {
  if (days < 0) return 'over';
  if (days === 0) return 'today';
  return days === 1 ? 'tomorrow' : `in ${days} days`;
}
