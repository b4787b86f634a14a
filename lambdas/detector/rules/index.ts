// Generated from the files of this folder by `npm run generate`. Do not edit.
import type { Rule } from '../core/rule/rule';
import { accessSettingsChanged } from './access-settings-changed';
import { actionFromNewAddress } from './action-from-new-address';
import { adminAccountChanged } from './admin-account-changed';
import { adminLoggedOutAfterFailures } from './admin-logged-out-after-failures';
import { adminPasswordChanged } from './admin-password-changed';
import { auditTrailCleared } from './audit-trail-cleared';
import { clientDisabled } from './client-disabled';
import { configurationChangedByApi } from './configuration-changed-by-api';
import { defaultActionChanged } from './default-action-changed';
import { failedLoginsAllDay } from './failed-logins-all-day';
import { failedLoginsByAddress } from './failed-logins-by-address';
import { failedLoginsByUser } from './failed-logins-by-user';
import { failedLoginsFromManyNetworks } from './failed-logins-from-many-networks';
import { failedLoginsOfManyUsers } from './failed-logins-of-many-users';
import { inspectionBypassed } from './inspection-bypassed';
import { logStreamingChanged } from './log-streaming-changed';
import { loginAfterFailures } from './login-after-failures';
import { loginAfterOthersFailed } from './login-after-others-failed';
import { manyApiWrites } from './many-api-writes';
import { manyDeletes } from './many-deletes';
import { netskopePersonnelAction } from './netskope-personnel-action';
import { netskopePersonnelChangedAdmin } from './netskope-personnel-changed-admin';
import { netskopeSeverityHigh } from './netskope-severity-high';
import { netskopeSupportAccessChanged } from './netskope-support-access-changed';
import { newKindOfAction } from './new-kind-of-action';
import { policyWeakened } from './policy-weakened';
import { protectionDisabled } from './protection-disabled';
import { restApiTokenEnabled } from './rest-api-token-enabled';
import { unauthorisedApiCalls } from './unauthorised-api-calls';

/** The detection pack. */
export const RULES: readonly Rule[] = [
  accessSettingsChanged,
  actionFromNewAddress,
  adminAccountChanged,
  adminLoggedOutAfterFailures,
  adminPasswordChanged,
  auditTrailCleared,
  clientDisabled,
  configurationChangedByApi,
  defaultActionChanged,
  failedLoginsAllDay,
  failedLoginsByAddress,
  failedLoginsByUser,
  failedLoginsFromManyNetworks,
  failedLoginsOfManyUsers,
  inspectionBypassed,
  logStreamingChanged,
  loginAfterFailures,
  loginAfterOthersFailed,
  manyApiWrites,
  manyDeletes,
  netskopePersonnelAction,
  netskopePersonnelChangedAdmin,
  netskopeSeverityHigh,
  netskopeSupportAccessChanged,
  newKindOfAction,
  policyWeakened,
  protectionDisabled,
  restApiTokenEnabled,
  unauthorisedApiCalls,
];
