import { parseWatchSettings } from '../shared/watch-settings';
import { playRound } from './round';

/**
 * Lambda entry point: one round of a fleet.
 * @throws what prevented it: Lambda tries again twice, then keeps the input as a dead letter
 */
export async function handler(): Promise<void> {
  await playRound(parseWatchSettings(process.env, () => ({})));
}
