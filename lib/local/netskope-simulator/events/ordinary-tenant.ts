// Addresses are from ranges that nobody has: for documentation (RFC 5737, RFC 3849), and 240.0.0.0/4, reserved since RFC
// 1112. The former hold three networks of IPv4, too few for twenty homes.

/** A provider that gives a customer another address each time. */
export interface Provider {
  /** The first two numbers of its addresses. */
  readonly prefixes: readonly string[];
  /** Networks of 256 addresses below each of them. */
  readonly networks: number;
}

export interface Admin {
  readonly user: string;
  readonly utcOffsetHours: number;
  /** By single sign-on, or with a password of Netskope, which can be mistyped. */
  readonly login: 'SSO Login' | 'Login';
  readonly duty: Duty;
  /** Each day is spent at one of them, equally likely; listed twice, it is twice as likely. */
  readonly places: readonly (string | Provider)[];
  /** Days of the month between which the account exists. @default - always */
  readonly fromDay?: number;
  readonly untilDay?: number;
}

const BERLIN = '198.51.100.17';
const BOSTON = '192.0.2.61';
const SINGAPORE = '203.0.113.44';

const PHONE: Provider = { prefixes: ['241.7'], networks: 30 };
const PHONE_IN_ASIA: Provider = { prefixes: ['241.96', '241.97', '241.98', '241.99'], networks: 30 };
/** Disconnects each line once a day. */
const CABLE: Provider = { prefixes: ['242.3', '242.18', '242.200'], networks: 12 };

/** Twenty administrators, and one more in place of one who leaves. */
export const team: readonly Admin[] = [
  admin('alice.meyer@corp.example', 1, 'SSO Login', 'lead', [BERLIN, BERLIN, '240.12.7.31']),
  admin('bogdan.ionescu@corp.example', 2, 'SSO Login', 'policy', [BERLIN, '240.31.8.200', '240.31.8.200']),
  admin('chiara.ricci@corp.example', 1, 'SSO Login', 'policy', [BERLIN, '2001:db8:4a::17']),
  admin('daniel.okafor@corp.example', -5, 'SSO Login', 'policy', [BOSTON, BOSTON, '240.77.1.5']),
  admin('Elena.Petrova@corp.example', -5, 'Login', 'network', [BOSTON, '240.77.140.9']),
  admin('fatima.haddad@corp.example', 1, 'SSO Login', 'network', [BERLIN, CABLE]),
  admin('grace.liu@asia.corp.example', 8, 'SSO Login', 'lead', [SINGAPORE, '240.101.3.90']),
  admin('hiroshi.tanaka@asia.corp.example', 9, 'Login', 'policy', ['240.140.66.2', '2001:db8:81::5']),
  admin('ines.duarte@corp.example', 0, 'SSO Login', 'apps', ['240.55.20.14']),
  admin('jonas.weber@corp.example', 1, 'SSO Login', 'desk', [BERLIN, BERLIN, '240.13.88.140']),
  admin('kavya.nair@asia.corp.example', 5.5, 'SSO Login', 'desk', ['240.160.9.77', PHONE_IN_ASIA]),
  admin('liam.murphy@corp.example', -8, 'SSO Login', 'apps', ['240.80.4.19', BOSTON]),
  admin('maria.silva@corp.example', 0, 'SSO Login', 'reports', ['240.55.91.3']),
  admin('noah.schmidt@corp.example', 1, 'Login', 'network', [BERLIN, BERLIN, BERLIN, '240.12.200.8', PHONE]),
  admin('olga.kowalska@corp.example', 1, 'SSO Login', 'casb', ['240.40.40.4', BERLIN]),
  admin('paul.dupont@corp.example', 1, 'SSO Login', 'casb', ['240.41.17.60', '240.41.17.61']),
  admin('rui.tan@asia.corp.example', 8, 'SSO Login', 'desk', [SINGAPORE, SINGAPORE, '240.102.12.12']),
  admin('soc-oncall@corp.example', 1, 'Login', 'oncall', ['198.51.100.5', '198.51.100.5', PHONE]),
  admin('contractor.iam@partner.example', 1, 'Login', 'reports', ['203.0.113.150', '240.21.5.44']),
  { ...admin('tomas.novak@corp.example', 1, 'SSO Login', 'policy', ['240.45.1.1', BERLIN]), untilDay: 14 },
  { ...admin('uma.larsen@corp.example', 1, 'Login', 'policy', [BERLIN, '240.46.2.9']), fromDay: 9 },
];

function admin(
  user: string,
  utcOffsetHours: number,
  login: Admin['login'],
  duty: Duty,
  places: Admin['places'],
): Admin {
  return { user, utcOffsetHours, login, duty, places };
}

/** What administrators do besides logging in and out, how often on a working day, by the kind of event. */
export const duties = {
  lead: {
    'Edited inline policy': 0.5,
    'Pushed inline policy': 0.5,
    'Report downloaded': 0.5,
    'Edit admin record': 0.03,
  },
  policy: {
    'Edited inline policy': 3,
    'Pushed inline policy': 2,
    'Created new inline policy': 0.15,
    'Deleted inline policy': 0.02,
    'Edited rbi template': 0.05,
    'Pushed rbi template': 0.05,
    'Edit introspection policy record': 0.1,
    'Pushed Introspection policies': 0.1,
    'Exception Configuration': 0.03,
    'Report downloaded': 0.3,
  },
  network: {
    'IPSec Tunnel Edited': 0.15,
    'Edited tunnel group': 0.15,
    'Pushed tunnel groups': 0.15,
    'Created new tunnel group': 0.03,
    'Steering configuration edited': 0.3,
    'Exception Configuration': 0.07,
    'Edited private app segment': 0.2,
  },
  apps: {
    'Edited private app segment': 1.5,
    'Created new private app segment': 0.15,
    'Report downloaded': 0.1,
  },
  casb: {
    'Edited Next Gen CASB API policy': 0.6,
    'Pushed Next Gen CASB API policies': 0.6,
    'Created a new Next Gen CASB API policy': 0.05,
    'Next Gen CASB API instance updated': 0.05,
    'Next Gen CASB API retroscan created': 0.08,
    'Next Gen CASB API retroscan edited': 0.05,
    'Pushed constraint profiles': 0.05,
    'Created new Fingerprint': 0.03,
  },
  desk: { 'Resend Verification Email': 0.05, 'Report downloaded': 0.5, 'Edited scheduled report': 0.05 },
  oncall: { 'Report downloaded': 1 },
  reports: { 'Report downloaded': 3, 'Created new report': 0.1, 'Edited scheduled report': 0.3 },
} as const satisfies Record<string, Readonly<Record<string, number>>>;

type Duty = keyof typeof duties;

interface Calls {
  readonly method: string;
  readonly path: string;
  /** How often on each day, spread over the hours. */
  readonly perDay: number;
  readonly hoursUtc: readonly [from: number, to: number];
  /** @default 200 */
  readonly status?: number;
}

/** Callers of the API, and what they call day by day. */
export const integrations: Readonly<Record<string, readonly Calls[]>> = {
  'svc-siem-export': [
    { method: 'GET', path: '/api/v2/events/dataexport/events/alert', perDay: 96, hoursUtc: [0, 24] },
  ],
  'svc-scim': [
    { method: 'GET', path: '/api/v2/scim/Users?count=100&startIndex=1', perDay: 24, hoursUtc: [0, 24] },
    { method: 'GET', path: '/api/v2/scim/Groups?count=100&startIndex=1', perDay: 24, hoursUtc: [0, 24] },
    { method: 'POST', path: '/api/v2/scim/Users', perDay: 3, hoursUtc: [7, 18] },
    { method: 'PATCH', path: '/api/v2/scim/Groups/41', perDay: 8, hoursUtc: [7, 18] },
    { method: 'DELETE', path: '/api/v2/scim/Users/5107', perDay: 1.5, hoursUtc: [7, 18] },
  ],
  'svc-ticketing': [
    { method: 'POST', path: '/api/v2/incidents/uba/getuci', perDay: 90, hoursUtc: [6, 20] },
    { method: 'GET', path: '/api/v2/incidents/dlp/710', perDay: 5, hoursUtc: [6, 20], status: 403 },
  ],
  'svc-url-lists': [
    { method: 'GET', path: '/api/v2/policy/urllist', perDay: 24, hoursUtc: [0, 24] },
    { method: 'PATCH', path: '/api/v2/policy/urllist/17/append', perDay: 12, hoursUtc: [0, 24] },
    { method: 'POST', path: '/api/v2/policy/urllist/deploy', perDay: 12, hoursUtc: [0, 24] },
  ],
  'svc-inventory': [
    { method: 'GET', path: '/api/v2/steering/ipsec/tunnels', perDay: 1, hoursUtc: [2, 3] },
    { method: 'GET', path: '/api/v2/infrastructure/publishers', perDay: 1, hoursUtc: [2, 3] },
    { method: 'GET', path: '/api/v2/rbac/admins', perDay: 3, hoursUtc: [2, 3], status: 403 },
  ],
};

/** Users of the client who switch it off now and then, each on so many days out of a hundred. */
export const clientUsers: Readonly<Record<string, number>> = {
  'adele.moss@corp.example': 25,
  'b.lindqvist@corp.example': 15,
  jdoe: 8,
  student13: 8,
  'WS-KIOSK-07': 5,
  'p.andersson@corp.example': 4,
  'yara.costa@corp.example': 4,
};
