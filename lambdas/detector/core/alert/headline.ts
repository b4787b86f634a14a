import type { AlertRecord } from '../../../contract/storage/alert-record';

/** More is cut off in a subject anyway. */
const MAX_HEADLINE_LENGTH = 200;
/** Limit on the different things, users and addresses that an alert lists; the rows have them all. */
export const MAX_LISTED = 20;

/**
 * What a subject says of an alert, for example `Policy weakened by mallory@corp.example: "DLP cards": action block -> allow`.
 * Of several users it names none, for they are those that somebody tries: `Many failed logins: 20 users from 203.0.113.9`.
 */
export function headlineOf(
  title: string,
  { who, addresses, changes, targets }: Pick<AlertRecord, 'who' | 'addresses' | 'changes' | 'targets'>,
): string {
  const users = new Set(who.map((name) => name.toLowerCase())).size;
  const origin = addresses.length > 0 ? ` from ${firstOf(addresses)}` : '';
  const actor =
    users > 1
      ? `: ${users >= MAX_LISTED ? 'at least ' : ''}${users} users`
      : users === 1
        ? ` by ${who[0] ?? ''}`
        : '';
  const objects = changes.length > 0 ? changes : targets;
  const object = objects.length > 0 ? `: ${firstOf(objects)}` : '';
  return `${title}${actor}${origin}${object}`.slice(0, MAX_HEADLINE_LENGTH);
}

function firstOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
