import { formatCount } from './quantities';

/** A count with its noun: `1 event`, `1,234 events`. The plural is made with an s. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
