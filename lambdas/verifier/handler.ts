import type { Context } from 'aws-lambda';
import { parseWatchedSources } from '../shared/watched-sources';
import { parseSettings } from './settings';
import { verifySources } from './verify-sources';

/**
 * Lambda entry point: verifies what was archived since the last time.
 * @param event WatchedSources
 * @throws what could not be read: Lambda tries again twice, then keeps the input as a dead letter
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<void> {
  const time = { remainingMs: () => context.getRemainingTimeInMillis() };
  await verifySources(parseSettings(process.env), parseWatchedSources(event), time);
}
