// Classification of events by name. Netskope's names are an open set in mixed case ("Edit admin record", "Edited SSO
// Admin Record"), so they are matched by their words and not against a list. Names: Netskope help, "Audit Log";
// Netskope's event schema (netskopeoss/Data-Schema).

/** An event, as far as its name tells. */
interface NamedEvent {
  /** `audit_log_event`. */
  readonly name: string;
}

/** Names of failed logins, without regard to case; in the notation that JavaScript and Athena share. */
export const FAILED_LOGIN = '\\blogin failed\\b|^access denied$|\\botp validation failed\\b';
const FAILED_LOGIN_NAME = new RegExp(FAILED_LOGIN, 'i');
/** Names of successful logins, in the same notation. */
export const SUCCESSFUL_LOGIN = '\\blogin successful\\b';
const SUCCESSFUL_LOGIN_NAME = new RegExp(SUCCESSFUL_LOGIN, 'i');
const FAILED = /\bfail(?:ed|ure|ures)?\b|\bdenied\b/i;

/** "Login Failed", "SSO Login Failed", the same by Netskope Support, "Access Denied", "OTP validation failed". */
export function isFailedLogin({ name }: NamedEvent): boolean {
  return FAILED_LOGIN_NAME.test(name);
}

/** "Login Successful", "SSO Login Successful", the same by Netskope Support. */
export function isSuccessfulLogin({ name }: NamedEvent): boolean {
  return SUCCESSFUL_LOGIN_NAME.test(name);
}

export function isLogin(event: NamedEvent): boolean {
  return isFailedLogin(event) || isSuccessfulLogin(event);
}

/** Anything that did not succeed, such as "Password Change Failed Attempt". */
export function isFailure({ name }: NamedEvent): boolean {
  return FAILED.test(name);
}

const ADMIN_COMES = /^(?:created?|add(?:ed)?|invited?|import(?:ed)?)\b.*\badmin\b/i;
const ADMIN_GOES = /^(?:deleted?|removed?)\b.*\badmin\b/i;
const ADMIN_CHANGES = /^(?:edit(?:ed)?|updated?|enabled?|disabled?|locked|unlock(?:ed)?)\b.*\badmin\b/i;

/** "Created new admin", "Added SSO Admin", "Deleted admin" and the like. */
export function isAdminCreatedOrRemoved({ name }: NamedEvent): boolean {
  return ADMIN_COMES.test(name) || ADMIN_GOES.test(name);
}

/** These, and "Edit admin record", "Disabled admin", "Unlocked admin", "Updated admin settings" and the like. */
export function isAdminAccountChange(event: NamedEvent): boolean {
  return isAdminCreatedOrRemoved(event) || ADMIN_CHANGES.test(event.name);
}

const ADMIN_SETTINGS = /\badmin settings\b/i;

/** "Updated admin settings": how all administrators log in, and no account. */
export function isAdminSettingsChange({ name }: NamedEvent): boolean {
  return ADMIN_SETTINGS.test(name);
}

const CHANGE =
  /\b(?:created?|add(?:ed)?|new|edit(?:ed)?|updated?|changed?|modif(?:y|ied)|imported|uploaded|deleted?|removed?|enabled?|disabled?|saved?|set|reset|configured?|generated?|issued?|renewed?|extended?|revoked?|rotated?)\b/i;

/** A change of the configuration, by its verb: "Created new inline policy", "Update default actions for inline policies". */
export function isChange(event: NamedEvent): boolean {
  return CHANGE.test(event.name) && !isFailure(event);
}

const GOES = /\bdelet(?:ed?|ion)\b|\bremoved?\b/i;

/** "Deleted inline policy", "File Filter profile deleted". */
export function isDeletion(event: NamedEvent): boolean {
  return GOES.test(event.name) && !isFailure(event);
}

const STOPS = /\b(?:disabled?|deactivated?|stopped|paused|suspended|turned off|switched off)\b/i;

/** "Disabled security assessment policy", "IPSec Tunnel disabled", "Next Gen CASB API retroscan paused". */
export function isSwitchedOff(event: NamedEvent): boolean {
  return STOPS.test(event.name) && !isFailure(event);
}

const BYPASS = /\b(?:exceptions?|exclusions?|bypass(?:es)?|do[ -]not[ -]decrypt)\b/i;

/** About traffic that is not inspected: "Exception Configuration", and words such as bypass and do not decrypt. */
export function isAboutBypass({ name }: NamedEvent): boolean {
  return BYPASS.test(name);
}

const EXCEPTION_CONFIGURATION = /\bexception configuration\b/i;

/** "Exception Configuration": which traffic the client does not steer to Netskope. */
export function isExceptionConfiguration({ name }: NamedEvent): boolean {
  return EXCEPTION_CONFIGURATION.test(name);
}

const PASSWORD_CHANGE = /\bpassword change\b|^reset password\b/i;

/** "Password Change Successful", "Password Change Failed Attempt", "Reset password". */
export function isPasswordChange({ name }: NamedEvent): boolean {
  return PASSWORD_CHANGE.test(name);
}

const SUPPORT_ACCESS = /^(?:enabled?|disabled?)\b.*\bsupport sso\b/i;

/** "Enabled Netskope Support SSO", "Disabled Netskope Support SSO". */
export function isSupportAccessChange({ name }: NamedEvent): boolean {
  return SUPPORT_ACCESS.test(name);
}

const BY_NETSKOPE_SUPPORT = /\bby netskope support\b/i;

/** By the flag, or by a name such as "SSO Login Successful by Netskope Support": older events lack the flag. */
export function isByNetskopePersonnel({
  name,
  isNetskopePersonnel,
}: NamedEvent & { readonly isNetskopePersonnel: boolean }): boolean {
  return isNetskopePersonnel || BY_NETSKOPE_SUPPORT.test(name);
}
