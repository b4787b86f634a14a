/**
 * OCSF 1.5.0 without profiles, as attributes with their types; `!` marks what is required. The classes are complete,
 * the objects hold what audit events may use. Source: github.com/ocsf/ocsf-schema, tag v1.5.0.
 */
const BASE =
  'activity_id!:integer activity_name:string category_name:string category_uid!:integer class_name:string ' +
  'class_uid!:integer count:integer duration:integer end_time:integer enrichments:list message:string ' +
  'metadata!:metadata observables:list raw_data:string raw_data_size:integer severity:string severity_id!:integer ' +
  'start_time:integer status:string status_code:string status_detail:string status_id:integer time!:integer ' +
  'timezone_offset:integer type_name:string type_uid!:integer unmapped:json';
const IAM = `${BASE} actor:actor http_request:http_request http_response:json src_endpoint:network_endpoint`;

const CLASSES: Readonly<Record<number, string>> = {
  3001: `${IAM} policies:list policy:policy user!:user user_result:user`,
  3002:
    `${IAM} auth_factors:list auth_protocol:string auth_protocol_id:integer authentication_token:json ` +
    'certificate:json dst_endpoint:network_endpoint is_cleartext:boolean is_mfa:boolean is_new_logon:boolean ' +
    'is_remote:boolean logon_process:json logon_type:string logon_type_id:integer service:service session:json ' +
    'user!:user',
  3004: `${IAM} access_list:list access_mask:integer comment:string entity!:managed_entity entity_result:managed_entity`,
  6003:
    `${BASE} actor!:actor api!:api dst_endpoint:network_endpoint http_request:http_request http_response:json ` +
    'resources:list src_endpoint!:network_endpoint',
};

const OBJECTS: Readonly<Record<string, string>> = {
  actor: 'app_name:string app_uid:string user:user',
  api: 'operation!:string request:request response:response service:service version:string',
  device: 'hostname:string name:string type:string type_id!:integer uid:string',
  http_request: 'args:string http_method:string uid:string url:url user_agent:string version:string',
  managed_entity:
    'data:json device:device name:string policy:policy type:string type_id:integer uid:string user:user version:string',
  metadata:
    'correlation_uid:string event_code:string labels:list log_name:string log_provider:string log_version:string ' +
    'logged_time:integer modified_time:integer original_time:string processed_time:integer product!:product ' +
    'profiles:list sequence:integer tags:list tenant_uid:string uid:string version!:string',
  network_endpoint:
    'domain:string hostname:string ip:string name:string port:integer svc_name:string uid:string',
  policy: 'data:json desc:string is_applied:boolean name:string uid:string version:string',
  product: 'name:string path:string uid:string vendor_name:string version:string',
  request: 'data:json flags:list uid!:string',
  response: 'code:integer data:json error:string error_message:string flags:list message:string',
  service: 'labels:list name:string tags:list uid:string version:string',
  url: 'hostname:string path:string port:integer query_string:string scheme:string url_string:string',
  user: 'display_name:string domain:string email_addr:string full_name:string name:string type:string type_id:integer uid:string',
};

/** Of these attributes an object needs one at least. */
const AT_LEAST_ONE: Readonly<Record<string, readonly string[]>> = {
  3002: ['service', 'dst_endpoint'],
  actor: ['user', 'app_name', 'app_uid'],
  managed_entity: ['name', 'uid', 'device', 'policy', 'user'],
  network_endpoint: ['ip', 'uid', 'name', 'hostname', 'svc_name', 'domain'],
  policy: ['name', 'uid'],
  product: ['name', 'uid'],
  service: ['name', 'uid'],
  url: ['url_string', 'path'],
  user: ['name', 'uid'],
};

/** Values of the enumerations; `activity_id` by class. */
const ENUMS: Readonly<Record<string, readonly (number | string)[]>> = {
  '3001.activity_id': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99],
  '3002.activity_id': [0, 1, 2, 3, 4, 5, 6, 99],
  '3004.activity_id': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99],
  '6003.activity_id': [0, 1, 2, 3, 4, 99],
  '3001.category_uid': [3],
  '3002.category_uid': [3],
  '3004.category_uid': [3],
  '6003.category_uid': [6],
  'http_request.http_method': ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'TRACE'],
  'managed_entity.type_id': [0, 1, 2, 3, 4, 5, 6, 7, 99],
  severity_id: [0, 1, 2, 3, 4, 5, 6, 99],
  status_id: [0, 1, 2, 99],
};

type Fields = Readonly<Record<string, unknown>>;

/** What in an event is not as OCSF 1.5.0 defines it. @param event as JSON has it, without undefined attributes */
export function schemaProblems(event: Fields): string[] {
  const classUid = Number(event.class_uid);
  const attributes = CLASSES[classUid];
  return attributes === undefined
    ? [`class ${classUid} is unknown`]
    : problemsOf(event, String(classUid), attributes);
}

function problemsOf(fields: Fields, name: string, attributes: string): string[] {
  const types = new Map(
    attributes.split(' ').map((attribute) => attribute.replace('!', '').split(':') as [string, string]),
  );
  const required = [...attributes.matchAll(/(\w+)!/g)].map(([, attribute = '']) => attribute);
  const oneOf = AT_LEAST_ONE[name];
  return [
    ...required
      .filter((attribute) => !(attribute in fields))
      .map((missing) => `${name}.${missing} is missing`),
    ...(oneOf === undefined || oneOf.some((attribute) => attribute in fields)
      ? []
      : [`${name} has none of ${oneOf.join(', ')}`]),
    ...Object.entries(fields).flatMap(([attribute, value]) => {
      const type = types.get(attribute);
      return type === undefined
        ? [`${name}.${attribute} is not in the schema`]
        : valueProblems({ value, type, place: `${name}.${attribute}`, attribute });
    }),
  ];
}

function valueProblems(given: {
  readonly value: unknown;
  readonly type: string;
  readonly place: string;
  readonly attribute: string;
}): string[] {
  const { value, type, place, attribute } = given;
  const attributes = OBJECTS[type];
  if (attributes !== undefined) return problemsOf(value as Fields, type, attributes);
  const values = ENUMS[place] ?? ENUMS[attribute];
  if (values !== undefined && !values.includes(value as number | string))
    return [`${place} is ${String(value)}; expected one of ${values.join(', ')}`];
  return isOfType(value, type) ? [] : [`${place} is ${JSON.stringify(value)}; expected ${type}`];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'json') return true;
  if (type === 'list') return Array.isArray(value);
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
}
