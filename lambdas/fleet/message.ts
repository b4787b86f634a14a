import type { FleetAlarmKind } from '../contract/telemetry/alarms';
import { ALARMS, FLEET_ALARM_KINDS } from '../contract/telemetry/alarms';

/** The ids of the sources that each kind of alarm is about, in the order of the list. */
export type Affected = Readonly<Record<FleetAlarmKind, readonly string[]>>;

export const NOBODY_AFFECTED = Object.fromEntries(
  FLEET_ALARM_KINDS.map((kind) => [kind, []]),
) as unknown as Affected;

/** Sources of each kind that a message names. */
const MOST_NAMED = 50;

/**
 * What is published when sources have come to be affected, or none is any more; undefined if neither is so. All names in
 * it are those of the deployment: nothing comes from Netskope.
 * @param told what the last message has left
 */
export function changeMessage(
  deploymentName: string,
  { told, affected }: { readonly told: Affected; readonly affected: Affected },
): { readonly subject: string; readonly text: string } | undefined {
  const changes = FLEET_ALARM_KINDS.map((kind) => {
    const before = new Set(told[kind]);
    return {
      kind,
      more: affected[kind].filter((id) => !before.has(id)),
      others: affected[kind].filter((id) => before.has(id)),
      isOver: before.size > 0 && affected[kind].length === 0,
    };
  });
  const grown = changes.filter(({ more }) => more.length > 0);
  const over = changes.filter(({ isOver }) => isOver);
  if (grown.length + over.length === 0) return undefined;
  const count = new Set(grown.flatMap(({ more }) => more)).size;
  return {
    subject:
      grown.length > 0
        ? `ALARM: ${deploymentName}, ${count} more ${count === 1 ? 'source' : 'sources'}`
        : `OK: ${deploymentName}, ${over.map(({ kind }) => kind).join(', ')}`.slice(0, MAX_SUBJECT),
    text: [
      ...grown.map(grownText),
      ...over.map(({ kind }) => `OK: ${kind} is about no source any more.`),
    ].join('\n\n'),
  };
}

/** Characters of a subject (Amazon SNS API reference, Publish). */
const MAX_SUBJECT = 100;

interface Grown {
  readonly kind: FleetAlarmKind;
  readonly more: readonly string[];
  readonly others: readonly string[];
}

function grownText({ kind, more, others }: Grown): string {
  return [
    `ALARM: ${kind}, ${more.length} more, ${more.length + others.length} in all.`,
    `What it means: ${ALARMS[kind]} See docs/runbook.md#${kind}.`,
    `More: ${named(more)}`,
    ...(others.length > 0 ? [`Told before: ${named(others)}`] : []),
  ].join('\n');
}

function named(ids: readonly string[]): string {
  const left = ids.length - MOST_NAMED;
  return [...ids.slice(0, MOST_NAMED), ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
}
