import type { NamedEvent } from '../core/event/event-names';
import {
  byName,
  isAdminAccountChange,
  isAdminSettingsChange,
  isChange,
  isLogin,
  isPasswordChange,
  isSupportAccessChange,
} from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

const ROLES = /\b(?:roles?|permissions?|privileges?|rbac)\b/i;
const LOGIN =
  /\b(?:sso|saml|idp|identity providers?|single sign-?on|mfa|2fa|two-factor|multi-?factor|login (?:settings?|restrictions?)|session timeouts?)\b/i;
const PASSWORDS = /\bpassword (?:polic(?:y|ies)|settings?|rules?|complexity|expiry|expiration)\b/i;
const ADDRESSES = /\bip (?:allow ?-?lists?|white ?lists?|restrictions?)\b|\b(?:allowed|whitelisted) ips?\b/i;
const SETTINGS = [ROLES, LOGIN, PASSWORDS, ADDRESSES];

/** Events with the same words that have a rule of their own. */
function isOther(event: NamedEvent): boolean {
  return (
    isLogin(event) || isAdminAccountChange(event) || isPasswordChange(event) || isSupportAccessChange(event)
  );
}

export const accessSettingsChanged = defineRule({
  id: 'access-settings-changed',
  title: 'Rules of login or access changed',
  description:
    'A role, single sign-on, multi-factor authentication, the list of allowed addresses, or the rules for passwords changed. An intruder does so to get back in at any time.',
  severity: 'high',
  attack: [
    { tactic: 'TA0003', technique: 'T1556', name: 'Modify Authentication Process' },
    { tactic: 'TA0004', technique: 'T1098.003', name: 'Additional Cloud Roles' },
    { tactic: 'TA0004', technique: 'T1484.002', name: 'Trust Modification' },
  ],
  matches: byName(
    (event) =>
      isChange(event) &&
      (isAdminSettingsChange(event) || (!isOther(event) && SETTINGS.some((words) => words.test(event.name)))),
  ),
  groupBy: byUserAndEvent,
  runbook:
    'Find the change request. If there is none, undo the change first, then ask the one who made it, and look at who logged ' +
    'in since.',
  supersedes: ['new-kind-of-action'],
  limits:
    'Of such events only "Updated admin settings" is documented, and not what it covers. Others are found by words such as ' +
    'role, SSO, SAML, MFA, IP allow list and password policy.',
  examples: {
    mustMatch: {
      'the settings of administrators are updated': { audit_log_event: 'Updated admin settings' },
      'a role is edited': { audit_log_event: 'Edited role' },
      'single sign-on is changed': { audit_log_event: 'Updated SSO configuration' },
      'an identity provider is added': { audit_log_event: 'Added SAML identity provider' },
      'a second factor is switched off': { audit_log_event: 'Disabled MFA' },
      'addresses are allowed': { audit_log_event: 'Edited IP allowlist' },
      'passwords may be shorter': { audit_log_event: 'Password policy updated' },
    },
    mustNotMatch: {
      'a login by single sign-on': { audit_log_event: 'SSO Login Successful' },
      'an administrator with single sign-on is edited, which another rule tells': {
        audit_log_event: 'Edited SSO Admin Record',
      },
      'access for support is switched on, which another rule tells': {
        audit_log_event: 'Enabled Netskope Support SSO',
      },
      'a password is changed, which another rule tells': { audit_log_event: 'Reset password' },
      'an address for egress': { audit_log_event: 'Set dedicated egress ip policy' },
      'a change fails': { audit_log_event: 'Failed to update SSO configuration' },
    },
  },
});
