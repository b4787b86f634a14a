import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { OCSF_EMAIL } from './ocsf-mapping';

/** A user in OCSF. */
interface OcsfUser {
  readonly name: string;
  readonly email_addr?: string;
}

const EMAIL = new RegExp(OCSF_EMAIL);

export const UNKNOWN_USER: OcsfUser = { name: 'Unknown' };

export function userNamed(name: string): OcsfUser {
  return EMAIL.test(name) ? { name, email_addr: name } : { name };
}

/** Who acted. @returns undefined if Netskope does not say, or hides it */
export function actorOf({ user }: ArchivedEvent): { readonly user: OcsfUser } | undefined {
  return user === undefined ? undefined : { user: userNamed(user) };
}

/** The account that was changed. Where the event names none, it is not the acting user's either. */
export function changedUserOf(event: ArchivedEvent): OcsfUser {
  return userIn(event, ['user', 'admin']) ?? UNKNOWN_USER;
}

/** Who logged in or out: the name may stand in the values while the acting user is a placeholder. */
export function authenticatedUserOf(event: ArchivedEvent): OcsfUser {
  return userIn(event, ['user']) ?? actorOf(event)?.user ?? UNKNOWN_USER;
}

/** The first value that is a name: logins list an address before it. */
function userIn(
  { supportingData, sourceAddresses }: ArchivedEvent,
  dataTypes: readonly string[],
): OcsfUser | undefined {
  if (!dataTypes.includes(supportingData.type)) return undefined;
  const name = supportingData.values
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .find((value) => value !== '' && !sourceAddresses.includes(value.toLowerCase()));
  return name === undefined ? undefined : userNamed(name);
}
