import { OperatorError } from '../../errors/operator-error';
import type { EventsDataClient, EventsPage, EventsQuery } from '../../netskope/events-data-client';
import { MAX_PAGE_EVENTS } from '../../netskope/events-data-client';
import type { TimeRange } from '../../terminal/time-range';
import type { ComparedEvent } from './compared-event';
import { comparedEvent } from './compared-event';

/** Whoever gives pages of a range. */
type PageSource = Pick<EventsDataClient, 'page'>;

/**
 * All events that Netskope has of a closed range, each once. A range whose page is full is halved: pages by offset over
 * events that may still move are not known to be exact (Netskope's command line). Only a single second is paged.
 * Events without a usable time are given with the range they came with.
 * @throws OperatorError where Netskope cannot be asked, or ignores `offset`
 */
export async function fetchEvents(client: PageSource, range: TimeRange): Promise<ComparedEvent[]> {
  const query = { ...boundsOf(range), offset: 0 };
  const page = await client.page(query);
  const { fromEpochS, toEpochS } = range;
  if (page.texts.length >= MAX_PAGE_EVENTS && toEpochS - fromEpochS > 1) {
    const middleS = Math.floor((fromEpochS + toEpochS) / 2);
    const earlier = await fetchEvents(client, { fromEpochS, toEpochS: middleS });
    return [...earlier, ...(await fetchEvents(client, { fromEpochS: middleS, toEpochS }))];
  }
  const texts = hasMore(page) ? await allPages(client, query, page) : page.texts;
  return eachOnce(texts.map(comparedEvent).filter((event) => isWithin(event, range)));
}

/**
 * Whether Netskope counts its bounds in is not documented for this version of the API, and was not so in the one before
 * (`starttime` excluded, `endtime` included): both are given a second more room, and what is outside is dropped here.
 */
function boundsOf({ fromEpochS, toEpochS }: TimeRange): Pick<EventsQuery, 'startS' | 'endS'> {
  return { startS: fromEpochS - 1, endS: toEpochS };
}

function isWithin({ timestampS }: ComparedEvent, { fromEpochS, toEpochS }: TimeRange): boolean {
  return timestampS === undefined || (timestampS >= fromEpochS && timestampS < toEpochS);
}

/** A page that is not full, although there are more, is one of a server that caps pages lower than it says. */
function hasMore({ texts, total = 0 }: EventsPage): boolean {
  return texts.length >= MAX_PAGE_EVENTS || total > texts.length;
}

/** Asks with a growing offset until a page is empty. */
async function allPages(client: PageSource, query: EventsQuery, first: EventsPage): Promise<string[]> {
  const texts = [...first.texts];
  for (;;) {
    const page = await client.page({ ...query, offset: texts.length });
    if (page.texts.length === 0) return texts;
    if (page.texts[0] === first.texts[0]) throw offsetIgnored(query, first.texts.length);
    texts.push(...page.texts);
  }
}

function offsetIgnored({ startS, endS }: EventsQuery, events: number): OperatorError {
  const iso = (epochS: number): string => new Date(epochS * 1000).toISOString();
  return new OperatorError({
    what: `Netskope has more than ${events} events between ${iso(startS)} and ${iso(endS)}, and gives the first ${events} again when asked for the next: it ignores offset.`,
    whatToDo:
      'These events cannot be counted. Leave their hour out with --from and --to, and check it with verify --chain.',
  });
}

/** Ranges overlap and pages may shift: an event with the same `_id` and content is the same. Others are not. */
function eachOnce(events: readonly ComparedEvent[]): ComparedEvent[] {
  const met = new Set<string>();
  return events.filter(({ id, content }) => {
    if (id === undefined) return true;
    const key = `${content} ${id}`;
    if (met.has(key)) return false;
    met.add(key);
    return true;
  });
}
