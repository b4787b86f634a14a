import { supportStaff } from '../audit-event-actors';
import { type Anomaly, reshaped } from './anomaly';

/** Who acts, and how it is written. */
export const userAnomalies = {
  /** Netskope's event schema: a field without value has the default of its type. */
  'empty-user': reshaped({ user: '', ur_normalized: '' }),
  /** A tenant policy can hide the user (documentation of Netskope's command line). */
  'redacted-user': reshaped({ user: 'redacted', ur_normalized: 'redacted' }),
  /** README of the Cortex collector: no email address. */
  'user-without-domain': reshaped({ user: 'student13', ur_normalized: 'student13' }),
  /** Seen: a placeholder acts, and the name of the user stands among the values. */
  'unknown-user': reshaped(
    {
      user: 'unknown',
      ur_normalized: 'unknown',
      supporting_data: { data_type: 'user', data_values: ['203.0.113.5', 'student13'] },
    },
    'Login Failed',
  ),
  /** Defensive: every sample has the field. */
  'missing-user': { respell: () => ({ user: undefined, ur_normalized: undefined }) },
  /** Seen in samples of the same ecosystem. */
  'null-user': { respell: () => ({ user: null, ur_normalized: null }) },
  /** Seen in samples of the same ecosystem. */
  'user-as-list': { respell: ({ user }) => ({ user: [user] }) },
  /** Netskope keeps the name as it was typed, and `ur_normalized` in lower case. */
  'mixed-case-user': reshaped({
    user: 'Elena.PETROVA@Corp.Example',
    ur_normalized: 'elena.petrova@corp.example',
  }),
  /** Samples before 2023. */
  'personnel-flag-absent': reshaped({ is_netskope_personnel: undefined }),
  /** Panther, "Login Successful" by vendor staff. */
  'personnel-flag-true': reshaped(
    {
      is_netskope_personnel: true,
      user: supportStaff.user,
      ur_normalized: supportStaff.user,
      supporting_data: { data_type: 'user', data_values: [supportStaff.addresses[0], supportStaff.user] },
    },
    'Login Successful',
  ),
  /** Panther. */
  'personnel-flag-false': reshaped({ is_netskope_personnel: false }),
  /** Seen in samples of the same ecosystem: a boolean field without value. */
  'booleans-as-empty-text': { respell: () => ({ is_netskope_personnel: '' }) },
} as const satisfies Record<string, Anomaly>;
