import type { Mute } from '../../../lambdas/detector/core/rule/mute';
import { visibleText } from '../../format/visible-text';

const CRITERIA = [
  ['user', 'user'],
  ['address', 'address'],
  ['event', 'event'],
  ['object', 'object'],
  ['apiPath', 'API path'],
] as const satisfies readonly (readonly [keyof Mute, string])[];

/** Which events are muted, for example `user ci@corp.example, event Deleted*`. */
export function mutedEvents(mute: Mute): string {
  return CRITERIA.flatMap(([field, name]) => {
    const value = mute[field];
    return value === undefined ? [] : [`${name} ${visibleText(value)}`];
  }).join(', ');
}

/** The rule that does not count them. */
export function mutedRule({ rule }: Mute): string {
  return rule === undefined ? 'all' : visibleText(rule);
}
