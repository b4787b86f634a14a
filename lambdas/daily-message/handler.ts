import { parseWatchedSources } from '../shared/watched-sources';
import { sendDailyMessage } from './send';
import { parseSettings } from './settings';

/**
 * Lambda entry point: tells once a day how the deployment is doing.
 * @param event WatchedSources
 * @throws what prevented it: Lambda tries again twice, then keeps the input as a dead letter
 */
export async function handler(event: unknown): Promise<void> {
  await sendDailyMessage(parseSettings(process.env), parseWatchedSources(event));
}
