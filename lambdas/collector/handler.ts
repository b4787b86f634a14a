import type { Context } from 'aws-lambda';
import type { RunSummary, TaskSummary } from '../contract/deployment/collector-event';
import type { Collector } from './compose';
import { composeCollector } from './compose';
import { parseCollectorEvent, parseSettings } from './settings';

let collector: Collector | undefined;

/**
 * Lambda entry point: collects one source, or carries out an operator's task on it.
 * @param event a CollectorEvent, `{"sourceId": "netskope"}` at least, or one message of a queue with it
 * @returns what was done
 * @throws what the run could not repair, so that Lambda counts the invocation as failed
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
): Promise<RunSummary | TaskSummary> {
  collector ??= composeCollector(parseSettings(process.env));
  const { task, ...source } = parseCollectorEvent(event);
  const runId = context.awsRequestId;
  const budget = { remainingMs: () => context.getRemainingTimeInMillis() };
  return task === undefined
    ? collector.collect(source, runId, budget)
    : collector.carryOut(task, source, runId, budget);
}
