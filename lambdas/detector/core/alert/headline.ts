import type { AlertRecord } from '../../../contract/storage/alert-record';

/** More is cut off in a subject anyway. */
const MAX_HEADLINE_LENGTH = 200;

/** What a subject says of an alert, for example `Policy weakened by mallory@corp.example: "DLP cards": action block -> allow`. */
export function headlineOf(
  title: string,
  { who, addresses, changes, targets }: Pick<AlertRecord, 'who' | 'addresses' | 'changes' | 'targets'>,
): string {
  const actor =
    who.length > 0 ? ` by ${firstOf(who)}` : addresses.length > 0 ? ` from ${firstOf(addresses)}` : '';
  const object =
    changes.length > 0 ? `: ${firstOf(changes)}` : targets.length > 0 ? `: ${firstOf(targets)}` : '';
  return `${title}${actor}${object}`.slice(0, MAX_HEADLINE_LENGTH);
}

function firstOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
