import type { Act } from './audit-event-draft';
import { team } from './ordinary-tenant';
import { mulberry32, shuffled } from './random';

/** What an act says besides who did it. */
type About = Pick<Act, 'data' | 'change' | 'fromNetskope'>;

/** A day of the month from 0, hour and minute in UTC, the user, the kind of event, and what it was about. */
type Row = readonly [day: number, time: string, user: string, kindName: string, about?: About];

const data = (data_type: string | null, ...data_values: readonly unknown[]): About => ({
  data: { data_type, data_values },
});

const from = (address: string, user: string) => data('user', address, user);

const call = (...values: readonly [status: number, method: string, path: string]) =>
  data('incidents', ...values, 'trid=ccb898fgrhvdd0v0lebg');

const action = (objectName: string, before: string, after: string): About => {
  const path = ['data', 'match_criteria_action', 'action_name'];
  return { ...data('policy', objectName), change: { objectName, changes: [{ path, before, after }] } };
};

/** As in Sekoia's fixtures of an exception. */
const exception = (objectName: string, domain: string): About => ({
  ...data('config', `Domains updated in steering config ${objectName}`),
  change: { objectName, changes: [{ path: ['exception', 'Domain'], after: domain }] },
});

const ALICE = 'alice.meyer@corp.example';
const BOGDAN = 'bogdan.ionescu@corp.example';
const CHIARA = 'chiara.ricci@corp.example';
const CONTRACTOR = 'contractor.iam@partner.example';
const ELENA = 'Elena.Petrova@corp.example';
const GRACE = 'grace.liu@asia.corp.example';
const NOAH = 'noah.schmidt@corp.example';
const JONAS = 'jonas.weber@corp.example';
const UMA = 'uma.larsen@corp.example';
const FATIMA = 'fatima.haddad@corp.example';
const DANIEL = 'daniel.okafor@corp.example';
const OLGA = 'olga.kowalska@corp.example';
const SUPPORT = 'support@netskope.example';
const OFFICE = '198.51.100.17';
const BY_NETSKOPE: About = { ...from('192.0.2.200', SUPPORT), fromNetskope: true };

/** What happens once or twice a month, each for a good reason. */
const month: readonly Row[] = [
  // A password is forgotten after a holiday, and the account is locked.
  ...['07:02', '07:03', '07:03', '07:05', '07:06', '07:08'].map((time): Row => [
    2,
    time,
    NOAH,
    'Login Failed',
    from(OFFICE, NOAH),
  ]),
  [2, '07:09', NOAH, 'Admin logged out because of successive login failures', from(OFFICE, NOAH)],
  [2, '07:31', JONAS, 'Unlocked admin', data('admin', NOAH)],
  [2, '07:32', JONAS, 'Reset password', from(OFFICE, NOAH)],
  [2, '07:40', NOAH, 'Password Change Successful', from(OFFICE, NOAH)],
  [2, '07:41', NOAH, 'Login Successful', from(OFFICE, NOAH)],
  // An administrator comes on the tenth, and one goes on the fifteenth.
  [9, '08:10', ALICE, 'Created new admin', data('admin', UMA)],
  [9, '08:24', UMA, 'Request OTP for Account Verification', from(OFFICE, UMA)],
  [9, '08:25', UMA, 'Account Verification Successful', from(OFFICE, UMA)],
  [9, '08:26', UMA, 'Password Change Successful', from(OFFICE, UMA)],
  [14, '15:40', ALICE, 'Deleted admin', data('admin', 'tomas.novak@corp.example')],
  // Others change their password because it is due.
  [7, '08:15', CONTRACTOR, 'Password Change Successful', from('203.0.113.150', CONTRACTOR)],
  [21, '13:30', ELENA, 'Password Change Successful', from('192.0.2.61', ELENA)],
  // Two conferences: three evenings in a hotel, and an airport.
  [10, '17:20', ALICE, 'SSO Login Successful', from('243.8.14.9', ALICE)],
  [11, '18:05', ALICE, 'SSO Login Successful', from('243.8.14.9', ALICE)],
  [12, '12:40', ALICE, 'SSO Login Successful', from('243.60.2.71', ALICE)],
  [22, '19:45', DANIEL, 'SSO Login Successful', from('243.112.7.3', DANIEL)],
  [23, '20:10', DANIEL, 'SSO Login Successful', from('243.112.7.3', DANIEL)],
  // Policies are strengthened, and one is weakened by change request.
  [3, '14:10', BOGDAN, 'Edited inline policy', action('Coach on generative AI', 'alert', 'block')],
  [15, '09:50', CHIARA, 'Edited inline policy', action('Isolate uncategorized sites', 'isolate', 'block')],
  [17, '10:30', CHIARA, 'Edited inline policy', action('Coach on generative AI', 'block', 'coach')],
  // A branch moves: its tunnel is off for an hour, and its policies and templates go.
  [18, '21:00', FATIMA, 'IPSec Tunnel disabled', data('admin', 'Berlin branch')],
  [24, '13:00', FATIMA, 'Deleted tunnel group', data('admin', 'Berlin branch')],
  [24, '13:20', BOGDAN, 'Deleted inline policy', data('policy', 'Allow old file server')],
  [25, '10:00', OLGA, 'Deleted rbi template'],
  [25, '10:05', OLGA, 'Next Gen CASB API retroscan paused', data('admin', 'Google Workspace')],
  // A support case: Netskope's staff is let in for two days.
  [4, '09:00', GRACE, 'Enabled Netskope Support SSO'],
  [4, '14:12', SUPPORT, 'SSO Login Successful by Netskope Support', BY_NETSKOPE],
  [5, '13:30', SUPPORT, 'SSO Login Successful by Netskope Support', BY_NETSKOPE],
  [5, '15:00', GRACE, 'Disabled Netskope Support SSO'],
  // The token of an integration is renewed; it tidies its lists up.
  [19, '12:00', ALICE, 'Created REST API v2 token', data('admin', 'svc-ticketing')],
  [26, '03:10', 'svc-url-lists', 'Rest API V2 Call', call(200, 'DELETE', '/api/v2/policy/urllist/12')],
  // Everybody who begins this month is provisioned, and put into a group.
  ...Array.from({ length: 75 }, (_, place) => minuteOf(place)).flatMap((time): readonly Row[] => [
    [1, time, 'svc-scim', 'Rest API V2 Call', call(201, 'POST', '/api/v2/scim/Users')],
    [1, time, 'svc-scim', 'Rest API V2 Call', call(200, 'PATCH', '/api/v2/scim/Groups/41')],
  ]),
];

/** Two a minute from 05:00 on. */
function minuteOf(place: number): string {
  return `05:${String(place >> 1).padStart(2, '0')}`;
}

const INTRUDER = '244.18.5.77';
const GUESSES = 'admin administrator helpdesk it-support netskope root secops security soc tenantadmin'.split(
  ' ',
);

/** Names that an intruder tries: nearly everybody, and what might exist. */
const sprayed: readonly string[] = [
  ...team.map(({ user }) => user).filter((user) => user !== CONTRACTOR),
  ...GUESSES.map((name) => `${name}@corp.example`),
];

/** One evening of the third week: an account is taken over, and used. */
const evening: readonly Row[] = [
  ...shuffled(sprayed, 30).map((user, place): Row => [
    16,
    `18:${String(4 + Math.floor(place * 0.7)).padStart(2, '0')}`,
    user,
    'Login Failed',
    from(INTRUDER, user),
  ]),
  [16, '18:26', CONTRACTOR, 'Login Successful', from(INTRUDER, CONTRACTOR)],
  [16, '18:31', CONTRACTOR, 'Created REST API v2 token', data('admin', 'svc-backup')],
  [
    16,
    '18:38',
    CONTRACTOR,
    'Exception Configuration',
    exception('Default tenant config', 'files.example.net'),
  ],
  [16, '18:41', CONTRACTOR, 'Edited inline policy', action('DLP - payment cards - block', 'block', 'allow')],
  [16, '18:55', CONTRACTOR, 'Events were cleared', data(null, '')],
  [16, '18:56', CONTRACTOR, 'Logout Successful', data('reason', 'User logged out')],
];

/** @param monthS 00:00 UTC of the first day, unix seconds */
export function monthlyActs(monthS: number): Act[] {
  return actsOf(month, monthS);
}

/**
 * Somebody tries a password on thirty names, gets in with one, makes a token, lets traffic bypass inspection, weakens a
 * policy, and clears the trail.
 * @param monthS 00:00 UTC of the first day of the month, unix seconds
 */
export function intrusion(monthS: number): Act[] {
  return actsOf(evening, monthS);
}

function actsOf(rows: readonly Row[], monthS: number): Act[] {
  // Seconds of the minute are the same for every seed of the month.
  const random = mulberry32(1);
  return rows.map(([day, time, user, kindName, about]): Act => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    const atS = monthS + day * 86_400 + hours * 3_600 + minutes * 60 + Math.floor(random() * 60);
    return { atS, kindName, user, ...about };
  });
}
