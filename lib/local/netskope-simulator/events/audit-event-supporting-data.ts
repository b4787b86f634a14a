import {
  admins,
  apiCalls,
  hostNames,
  policyNames,
  privateAppNames,
  profileNames,
  settingNames,
  steeringConfigNames,
} from './audit-event-actors';
import type { SupportingData } from './audit-event-names';
import { hexWord } from './hex-words';
import { pick } from './random';

/** A `supporting_data` before it becomes text. */
export interface SupportingDataDraft {
  readonly data_type: string | null;
  readonly data_values: unknown;
}

/** What an event says about its object. */
export interface EventSubject {
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
