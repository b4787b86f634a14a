// Names and addresses from the ranges reserved for documentation (RFC 2606, RFC 5737, RFC 3849), so none is real.

/** Administrators of the tenant with the addresses they work from. */
export const admins: readonly { readonly user: string; readonly addresses: readonly string[] }[] = [
  { user: 'alice.meyer@corp.example', addresses: ['198.51.100.17', '203.0.113.201'] },
  { user: 'bogdan.ionescu@corp.example', addresses: ['198.51.100.23'] },
  { user: 'chiara.ricci@corp.example', addresses: ['198.51.100.44', '2001:db8:4a::17'] },
  { user: 'daniel.okafor@corp.example', addresses: ['192.0.2.61'] },
  { user: 'Elena.Petrova@corp.example', addresses: ['192.0.2.62', '203.0.113.9'] },
  { user: 'fatima.haddad@corp.example', addresses: ['192.0.2.80'] },
  { user: 'grace.liu@asia.corp.example', addresses: ['203.0.113.44'] },
  { user: 'hiroshi.tanaka@asia.corp.example', addresses: ['203.0.113.45', '2001:db8:81::5'] },
  { user: 'soc-oncall@corp.example', addresses: ['198.51.100.5'] },
  { user: 'contractor.iam@partner.example', addresses: ['203.0.113.150'] },
];

/** Callers of the API instead of the console. */
export const serviceAccounts: readonly string[] = ['service-account', 'svc-siem-export', 'svc-ticketing'];

/** Netskope's own staff, who work in the tenant on request. */
export const supportStaff = { user: 'support@netskope.example', addresses: ['192.0.2.44'] } as const;

/** Users of the client, without an email address. */
export const clientUsers: readonly string[] = ['student13', 'jdoe', 'WS-KIOSK-07'];

export const hostNames: readonly string[] = ['HOST123', 'LAPTOP-9F2C', 'mac-design-04', 'vdi-pool-117'];

export const policyNames: readonly string[] = [
  'Block uploads to personal cloud storage',
  'Coach on generative AI',
  'DLP - payment cards - block',
  'Allow HR portal',
  'Isolate uncategorized sites',
  'Malware scan all downloads',
];

export const settingNames: readonly string[] = [
  'Berlin branch',
  'Singapore branch',
  'Microsoft 365 OneDrive',
  'Google Workspace',
  'Source code fingerprint',
];

export const profileNames: readonly string[] = ['EU file filter', 'Corporate accounts only'];

export const templateNames: readonly string[] = ['Read-only browsing', 'No copy and paste'];

export const steeringConfigNames: readonly string[] = ['Default tenant config', 'Contractors'];

/** Written as in Elastic's sample of an edited segment. */
export const privateAppNames: readonly string[] = ['[HR-PORTAL] (ID: 101)', '[WIKI] (ID: 102)'];

/** Method and path of API calls; the call that exports audit events is not among them. */
export const apiCalls: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'POST', path: '/api/v2/incidents/uba/getuci' },
  { method: 'POST', path: '/api/v2/incidents/uba/getuciimpact' },
  { method: 'GET', path: '/api/v2/policy/urllist' },
  { method: 'PATCH', path: '/api/v2/policy/urllist/17/append' },
  { method: 'POST', path: '/api/v2/policy/urllist/deploy' },
  { method: 'GET', path: '/api/v2/steering/ipsec/tunnels' },
  { method: 'GET', path: '/api/v2/scim/Users?count=100&startIndex=1' },
];
