import type { SupportingData } from './audit-event-names';
import { hexWord, pick } from './random';

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

const hostNames: readonly string[] = ['HOST123', 'LAPTOP-9F2C', 'mac-design-04', 'vdi-pool-117'];

const policyNames: readonly string[] = [
  'Block uploads to personal cloud storage',
  'Coach on generative AI',
  'DLP - payment cards - block',
  'Allow HR portal',
  'Isolate uncategorized sites',
  'Malware scan all downloads',
];

const settingNames: readonly string[] = [
  'Berlin branch',
  'Singapore branch',
  'Microsoft 365 OneDrive',
  'Google Workspace',
  'Source code fingerprint',
];

const profileNames: readonly string[] = ['EU file filter', 'Corporate accounts only'];

const steeringConfigNames: readonly string[] = ['Default tenant config', 'Contractors'];

/** Written as in Elastic's sample of an edited segment. */
const privateAppNames: readonly string[] = ['[HR-PORTAL] (ID: 101)', '[WIKI] (ID: 102)'];

/** Method and path of API calls; the call that exports audit events is not among them. */
const apiCalls: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'POST', path: '/api/v2/incidents/uba/getuci' },
  { method: 'POST', path: '/api/v2/incidents/uba/getuciimpact' },
  { method: 'GET', path: '/api/v2/policy/urllist' },
  { method: 'PATCH', path: '/api/v2/policy/urllist/17/append' },
  { method: 'POST', path: '/api/v2/policy/urllist/deploy' },
  { method: 'GET', path: '/api/v2/steering/ipsec/tunnels' },
  { method: 'GET', path: '/api/v2/scim/Users?count=100&startIndex=1' },
];

/** A `supporting_data` before it becomes text. */
export interface SupportingDataDraft {
  readonly data_type: string | null;
  readonly data_values: unknown;
}

/** What an event says about its object. */
interface EventSubject {
  readonly data?: SupportingDataDraft;
  /** Name of the object, as in the data; absent if they name none. */
  readonly objectName?: string;
}

/** The usual `supporting_data` of an event by this user from this address. */
export function subjectOf(
  supportingData: SupportingData,
  { user, address }: { readonly user: string; readonly address: string },
  random: () => number,
): EventSubject {
  switch (supportingData) {
    case 'login':
      return { data: { data_type: 'user', data_values: [address, user] } };
    case 'logout':
      return { data: { data_type: 'reason', data_values: ['Logged out due to inactivity'] } };
    case 'admin':
      return named('admin', pick(admins, random).user);
    case 'policy':
      return named('policy', pick(policyNames, random));
    case 'setting':
      return named('admin', pick(settingNames, random));
    case 'profile':
      return named('profile', pick(profileNames, random));
    case 'steering':
      return steeringSubject(pick(steeringConfigNames, random));
    case 'private-app':
      return named('npa-provisioner', pick(privateAppNames, random));
    case 'hostname':
      return { data: { data_type: 'hostname', data_values: [pick(hostNames, random)] } };
    case 'api-call':
      return { data: { data_type: 'incidents', data_values: apiCallValues(random) } };
    case 'cleared':
      return { data: { data_type: null, data_values: [''] } };
    case 'none':
      return {};
  }
}

function named(dataType: string, objectName: string): EventSubject {
  return { data: { data_type: dataType, data_values: [objectName] }, objectName };
}

/** As in Sekoia's fixtures of an exception. */
function steeringSubject(objectName: string): EventSubject {
  const sentence = `Domains updated in steering config ${objectName}`;
  return { data: { data_type: 'config', data_values: [sentence] }, objectName };
}

function apiCallValues(random: () => number): readonly (string | number)[] {
  const { method, path } = pick(apiCalls, random);
  return [random() < 0.97 ? 200 : 403, method, path, `trid=${hexWord(random())}${hexWord(random())}`];
}
