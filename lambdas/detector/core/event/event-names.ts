// Classification of events by name. Netskope's names are an open set in mixed case ("Edit admin record", "Edited SSO
// Admin Record"), so they are matched by their words and not against a list. Names: Netskope help, "Audit Log";
// Netskope's event schema (netskopeoss/Data-Schema).

import { remembered } from './remembered';

/** An event, as far as its name tells. */
export interface NamedEvent {
  /** `audit_log_event`. */
  readonly name: string;
}

/** A test by the name alone. */
export function byName(test: (event: NamedEvent) => boolean): (event: NamedEvent) => boolean {
  const passes = remembered((name) => test({ name }));
  return ({ name }) => passes(name);
}

/** A test whether the name has certain words. */
export function named(words: RegExp): (event: NamedEvent) => boolean {
  return byName(({ name }) => words.test(name));
}

/** Names of failed logins, without regard to case; in the notation that JavaScript and Athena share. */
export const FAILED_LOGIN = '\\blogin failed\\b|^access denied$|\\botp validation failed\\b';
/** Names of successful logins, in the same notation. */
export const SUCCESSFUL_LOGIN = '\\blogin successful\\b';
/** Names of what did not succeed, in the same notation. */
export const FAILED = '\\bfail(?:ed|ure|ures)?\\b|\\bdenied\\b';

/** "Login Failed", "SSO Login Failed", the same by Netskope Support, "Access Denied", "OTP validation failed". */
export const isFailedLogin = named(new RegExp(FAILED_LOGIN, 'i'));

/** "Login Successful", "SSO Login Successful", the same by Netskope Support. */
export const isSuccessfulLogin = named(new RegExp(SUCCESSFUL_LOGIN, 'i'));

export const isLogin = byName((event) => isFailedLogin(event) || isSuccessfulLogin(event));

/** Anything that did not succeed, such as "Password Change Failed Attempt". */
export const isFailure = named(new RegExp(FAILED, 'i'));

/** Names of new admin accounts, in the same notation. */
export const ADMIN_COMES = '^(?:created?|add(?:ed)?|invited?|import(?:ed)?)\\b.*\\badmin\\b';
const adminComes = named(new RegExp(ADMIN_COMES, 'i'));
const ADMIN_GOES = /^(?:deleted?|removed?)\b.*\badmin\b/i;
const ADMIN_CHANGES = /^(?:edit(?:ed)?|updated?|enabled?|disabled?|locked|unlock(?:ed)?)\b.*\badmin\b/i;

/** "Created new admin", "Added SSO Admin", "Deleted admin" and the like. */
export const isAdminCreatedOrRemoved = byName((event) => adminComes(event) || ADMIN_GOES.test(event.name));

/** These, and "Edit admin record", "Disabled admin", "Unlocked admin", "Updated admin settings" and the like. */
export const isAdminAccountChange = byName(
  (event) => isAdminCreatedOrRemoved(event) || ADMIN_CHANGES.test(event.name),
);

/** "Updated admin settings": how all administrators log in, and no account. */
export const isAdminSettingsChange = named(/\badmin settings\b/i);

const CHANGE =
  /\b(?:created?|add(?:ed)?|new|edit(?:ed)?|updated?|changed?|modif(?:y|ied)|imported|uploaded|deleted?|removed?|enabled?|disabled?|saved?|set|reset|configured?|generated?|issued?|renewed?|extended?|revoked?|rotated?)\b/i;

/** A change of the configuration, by its verb: "Created new inline policy", "Update default actions for inline policies". */
export const isChange = byName((event) => CHANGE.test(event.name) && !isFailure(event));

const GOES = /\bdelet(?:ed?|ion)\b|\bremoved?\b/i;

/** "Deleted inline policy", "File Filter profile deleted". */
export const isDeletion = byName((event) => GOES.test(event.name) && !isFailure(event));

const STOPS = /\b(?:disabled?|deactivated?|stopped|paused|suspended|turned off|switched off)\b/i;

/** "Disabled security assessment policy", "IPSec Tunnel disabled", "Next Gen CASB API retroscan paused". */
export const isSwitchedOff = byName((event) => STOPS.test(event.name) && !isFailure(event));

/** About traffic that is not inspected: "Exception Configuration", and words such as bypass and do not decrypt. */
export const isAboutBypass = named(/\b(?:exceptions?|exclusions?|bypass(?:es)?|do[ -]not[ -]decrypt)\b/i);

/** "Exception Configuration": which traffic the client does not steer to Netskope. */
export const isExceptionConfiguration = named(/\bexception configuration\b/i);

/** "Password Change Successful", "Password Change Failed Attempt", "Reset password". */
export const isPasswordChange = named(/\bpassword change\b|^reset password\b/i);

/**
 * Words of acts on tokens of the REST API: the first two together, or service accounts, which new tokens belong to since
 * November 2025 (Netskope KB 7698, 7983, 8336); in the same notation. One pattern for two words would take quadratic time.
 */
export const API_TOKEN = {
  api: '\\bapi\\b',
  token: '\\b(?:tokens?|keys?)\\b',
  serviceAccount: '\\bservice accounts?\\b',
} as const;
const isAboutApi = named(new RegExp(API_TOKEN.api, 'i'));
const isAboutToken = named(new RegExp(API_TOKEN.token, 'i'));
const isAboutServiceAccount = named(new RegExp(API_TOKEN.serviceAccount, 'i'));

/** "Enabled REST API tokens", "Created service account". */
export const isAboutApiToken = byName(
  (event) => (isAboutApi(event) && isAboutToken(event)) || isAboutServiceAccount(event),
);

/** "Enabled Netskope Support SSO", "Disabled Netskope Support SSO". */
export const isSupportAccessChange = named(/^(?:enabled?|disabled?)\b.*\bsupport sso\b/i);

const isBySupport = named(/\bby netskope support\b/i);

/** By the flag, or by a name such as "SSO Login Successful by Netskope Support": older events lack the flag. */
export function isByNetskopePersonnel({
  name,
  isNetskopePersonnel,
}: NamedEvent & { readonly isNetskopePersonnel: boolean }): boolean {
  return isNetskopePersonnel || isBySupport({ name });
}
