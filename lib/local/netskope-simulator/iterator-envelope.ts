import type { IteratorPage } from './audit-iterator';
import type { EnvelopeFault } from './fault';
import { isPoisonedBy, servedText } from './poison';

/**
 * `{"ok":1,"result":[…],"wait_time":5,"timestamp_hwm":1708955663}`, as in published answers, events verbatim unless
 * they are poisoned.
 */
export function iteratorEnvelope(
  { events, watermarkS }: IteratorPage,
  waitTimeS: number,
  changed: Partial<EnvelopeFault> = {},
): string {
  const key = isPoisonedBy('escaped-result-key', events) ? '"\\u0072esult"' : '"result"';
  const isNull = changed.resultNull === true && events.length === 0;
  const result = isNull ? 'null' : `[${events.map(servedText).join(',')}]`;
  const members = [`"ok":${changed.okTrue ? 'true' : '1'}`, `${key}:${result}`];
  if (!changed.omitWaitTime) members.push(`"wait_time":${changed.waitTimeS ?? waitTimeS}`);
  if (!changed.omitWatermark && watermarkS !== undefined) members.push(`"timestamp_hwm":${watermarkS}`);
  if (changed.analyzeResult !== undefined) members.push(`"analyze_result":${changed.analyzeResult}`);
  return `${changed.bom ? '\uFEFF' : ''}{${members.join(',')}}`;
}
