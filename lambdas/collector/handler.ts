import type { Context } from 'aws-lambda';
import type { RunSummary } from '../contract/collector-event';
import { composeCollector } from './compose';
import type { Collector } from './compose';
import { parseCollectorEvent, parseSettings } from './settings';

let collector: Collector | undefined;

/**
 * Lambda entry point: collects one source.
 * @param event a CollectorEvent, `{"sourceId": "netskope"}` at least
 * @returns what the run did
 * @throws what the run could not repair, so that the platform counts it as a failure
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
): Promise<RunSummary> {
  collector ??= composeCollector(parseSettings(process.env));
  return collector(parseCollectorEvent(event), context.awsRequestId, {
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
}
