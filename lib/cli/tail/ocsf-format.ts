import { ownText } from '../../../lambdas/collector/core/page/record';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { ocsfEventOf } from '../../format/ocsf/ocsf-event';
import { notFromCollector } from '../archive/archive-objects';
import type { EventFormat } from './show-tail';

/** Characters of a line that the message quotes. */
const MAX_QUOTED_LENGTH = 80;

/** An OCSF event in JSON, for persons and programs alike. */
export const OCSF_FORMAT: EventFormat = {
  isForPrograms: true,
  print({ line }, terminal) {
    terminal.jsonResult(ocsfLine(line));
  },
};

/**
 * A record as an OCSF event, in JSON on one line.
 * @param line the record as it is archived: a JSON object
 * @throws OperatorError if the collector did not write the record
 */
export function ocsfLine(line: string): string {
  const event = readArchivedEvent(JSON.parse(line));
  const rawData = ownText(line);
  if (event === undefined || rawData === undefined) {
    const quoted = JSON.stringify(line.slice(0, MAX_QUOTED_LENGTH));
    throw notFromCollector(`The line ${quoted}`, 'is no record of the collector');
  }
  return JSON.stringify(ocsfEventOf(event, rawData));
}
