import { relationTo } from '../../../../lambdas/collector/core/page/same-event';
import type { ComparedEvent } from './compared-event';
import { comparedEvent } from './compared-event';

/** If more different events share an `_id`, none is taken for an edition: comparing each with each would take minutes. */
const MAX_COMPARED = 8;

/**
 * The events of one place. Where one has all fields of another and more, both are editions of one event, which counts
 * once, as its newest edition: Netskope adds fields to events that it delivered before. A further copy of an earlier
 * edition is given as one of the newest, and is then found to be double.
 * @param texts exact texts of all events of the place that may be editions of each other
 */
export function comparedEvents(texts: readonly string[]): ComparedEvent[] {
  const events = texts.map((text) => ({ text, event: comparedEvent(text) }));
  const newest = newestEditions(events);
  const met = new Set<string>();
  return events.flatMap(({ text, event }) => {
    const edition = newest.get(text);
    if (edition === undefined) return [event];
    const isCopy = met.has(text);
    met.add(text);
    return isCopy ? [edition] : [];
  });
}

interface EventText {
  readonly text: string;
  readonly event: ComparedEvent;
}

/** The newest edition of each event that has one, by the text of the earlier one. */
function newestEditions(events: readonly EventText[]): ReadonlyMap<string, ComparedEvent> {
  const newest = new Map<string, ComparedEvent>();
  for (const different of differentById(events)) {
    if (different.length > MAX_COMPARED) continue;
    for (const one of different) {
      const edition = newestOf(one, different);
      if (edition !== undefined) newest.set(one.text, edition.event);
    }
  }
  return newest;
}

/** @returns undefined if no other event has all fields of this one and more */
function newestOf(one: EventText, others: readonly EventText[]): EventText | undefined {
  const later = others.filter((other) => isEdition(other, one));
  return later.find((edition) => !later.some((other) => isEdition(other, edition)));
}

function isEdition(later: EventText, earlier: EventText): boolean {
  return relationTo(earlier.text, later.text) === 'edition';
}

/** Events that share an `_id`, those with the same text once. */
function differentById(events: readonly EventText[]): Iterable<readonly EventText[]> {
  const byId = new Map<string, Map<string, EventText>>();
  for (const one of events) {
    const { id } = one.event;
    if (id === undefined) continue;
    const byText = byId.get(id);
    if (byText === undefined) byId.set(id, new Map([[one.text, one]]));
    else byText.set(one.text, one);
  }
  return [...byId.values()].filter(({ size }) => size > 1).map((byText) => [...byText.values()]);
}
