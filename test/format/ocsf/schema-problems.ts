import { AT_LEAST_ONE, CLASSES, ENUMS, OBJECTS } from './ocsf-schema';

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
