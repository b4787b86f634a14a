import type { ArchivedEvent } from '../../lambdas/detector/core/event/archived-event';
import { readArchivedEvent } from '../../lambdas/detector/core/event/archived-event';
import type { SeenRow } from '../../lambdas/detector/core/rule/seen-row';
import { exampleRecord } from '../../lib/cli/rules/example-results';

/** 2026-11-22 09:00:00 UTC. */
export const NINE_S = 1_795_338_000;

/** An archived record of that time with the given differences; `undefined` leaves a field out. */
export const archivedRecord = exampleRecord;

/** The same record, parsed. @throws Error if it is not a record */
export function archivedEvent(
  different: Readonly<Record<string, unknown>> = {},
  anonymousUsers?: ReadonlySet<string>,
): ArchivedEvent {
  const event = readArchivedEvent(archivedRecord(different), anonymousUsers);
  if (event === undefined) throw new Error(`expected a record, received ${JSON.stringify(different)}`);
  return event;
}

/** `supporting_data` of a login. */
export function from(address: string, user = 'alice@corp.example') {
  return { supporting_data: { data_type: 'user', data_values: [address, user] } };
}

/** A row that counts towards the threshold. */
export function seenRow(rowId: string, timeS: number, different: Partial<SeenRow> = {}): SeenRow {
  return { rowId, timeS, what: 'Deleted rbi template', addresses: [], severity: 'high', ...different };
}
