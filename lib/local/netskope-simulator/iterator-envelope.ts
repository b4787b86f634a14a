import type { IteratorPage } from './audit-iterator';
import type { PageFault } from './fault';

/** `{"ok":1,"result":[…],"wait_time":5,"timestamp_hwm":1708955663}`, as in published answers, events verbatim. */
export function iteratorEnvelope(
  { events, watermarkS }: IteratorPage,
  waitTimeS: number,
  fault: PageFault | undefined,
): string {
  const changed = fault?.kind === 'envelope' ? fault : undefined;
  const members = ['"ok":1', `"result":[${events.map((event) => event.text).join(',')}]`];
  if (!changed?.omitWaitTime) members.push(`"wait_time":${changed?.waitTimeS ?? waitTimeS}`);
  if (!changed?.omitWatermark) members.push(`"timestamp_hwm":${watermarkS}`);
  if (changed?.analyzeResult !== undefined) members.push(`"analyze_result":${changed.analyzeResult}`);
  return `{${members.join(',')}}`;
}
