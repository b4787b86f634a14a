import type { WantedEvent } from './audit-event-draft';
import type { AuditEventDraft } from './audit-event-layouts';

export interface AnomalyContext {
  /** Unix seconds. */
  readonly insertedAtS: number;
  /** Position in the stream, from 0. */
  readonly number: number;
  readonly random: () => number;
}

/** A deviation from the ordinary event. The event is true as a whole: its values are those of such an event. */
export interface Anomaly {
  /** The event that it needs. @default - any */
  readonly wanted?: WantedEvent;
  /** Changes what the event says: the id and time that the draft has afterwards are the true ones. */
  readonly reshape?: (draft: AuditEventDraft, context: AnomalyContext) => void;
  /** Fields that are written differently, or added; an undefined one is left out. */
  readonly respell?: (draft: AuditEventDraft) => Readonly<Record<string, unknown>>;
  /** Changes the text in ways that JSON.stringify cannot write. */
  readonly rewrite?: (text: string) => string;
}

/** An event with these fields in place of its own. */
export function reshaped(fields: Partial<AuditEventDraft>, kindName?: string): Anomaly {
  return {
    ...(kindName === undefined ? {} : { wanted: { kindName } }),
    reshape: (draft) => void Object.assign(draft, fields),
  };
}

/** An event of the kind with this `supporting_data`, and without details, which are about another object. */
export function supportedBy(kindName: string, dataType: string | null, dataValues: unknown): Anomaly {
  const supporting_data = { data_type: dataType, data_values: dataValues };
  return reshaped({ supporting_data, details: undefined }, kindName);
}
