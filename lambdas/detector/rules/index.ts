// Generated from the files of this folder by `npm run generate`. Do not edit.
import type { Rule } from '../core/rule/rule';
import { actionFromNewAddress } from './action-from-new-address';
import { adminAccountChanged } from './admin-account-changed';
import { adminLoggedOutAfterFailures } from './admin-logged-out-after-failures';
import { adminPasswordChanged } from './admin-password-changed';
import { auditTrailCleared } from './audit-trail-cleared';
import { failedLoginsByAddress } from './failed-logins-by-address';
import { failedLoginsByUser } from './failed-logins-by-user';
import { loginAfterFailures } from './login-after-failures';
import { manyDeletes } from './many-deletes';
import { netskopePersonnelAction } from './netskope-personnel-action';
import { netskopePersonnelChangedAdmin } from './netskope-personnel-changed-admin';
import { netskopeSupportAccessChanged } from './netskope-support-access-changed';
import { policyWeakened } from './policy-weakened';
import { protectionDisabled } from './protection-disabled';
import { restApiTokenEnabled } from './rest-api-token-enabled';
import { unauthorisedApiCalls } from './unauthorised-api-calls';

/** The detection pack. */
export const RULES: readonly Rule[] = [
  actionFromNewAddress,
  adminAccountChanged,
  adminLoggedOutAfterFailures,
  adminPasswordChanged,
  auditTrailCleared,
  failedLoginsByAddress,
  failedLoginsByUser,
  loginAfterFailures,
  manyDeletes,
  netskopePersonnelAction,
  netskopePersonnelChangedAdmin,
  netskopeSupportAccessChanged,
  policyWeakened,
  protectionDisabled,
  restApiTokenEnabled,
  unauthorisedApiCalls,
];
