import type { DeployedTemplate } from '../deployed-template';

/** An event as EventBridge hands it to its rules, as far as rules here look at it. */
export type BusEvent = Readonly<Record<string, unknown>>;

/** Properties of AWS::Events::Rule (AWS CloudFormation template reference), references resolved. */
export interface RuleProperties {
  readonly EventPattern: unknown;
  readonly State: string;
  readonly Targets: readonly {
    readonly Arn: string;
    readonly InputTransformer: {
      readonly InputPathsMap: Readonly<Record<string, string>>;
      readonly InputTemplate: string;
    };
  }[];
}

/** Every rule of a template. */
export function eventRules(template: Pick<DeployedTemplate, 'ofType'>): RuleProperties[] {
  return template
    .ofType('AWS::Events::Rule')
    .map(([, properties]) => properties as unknown as RuleProperties);
}

/**
 * Whether an event fits a pattern (Amazon EventBridge user guide, "Event patterns"): every field of the pattern is in the
 * event, with one of the listed values. Only whole texts are known here, no prefixes or wildcards.
 * @throws Error for any other way to match
 */
export function fits(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    const other = pattern.find((wanted) => typeof wanted !== 'string') as unknown;
    if (other !== undefined)
      throw new Error(`event pattern: ${JSON.stringify(other)} is not known here; expected a text`);
    return pattern.includes(value);
  }
  return Object.entries(pattern as object).every(([field, wanted]) =>
    fits(wanted, (value as BusEvent | undefined)?.[field]),
  );
}

/** The text that a rule makes of an event for a topic. @throws Error where the event has no such field */
export function transformed(
  { InputTransformer }: RuleProperties['Targets'][number],
  event: BusEvent,
): string {
  const { InputPathsMap, InputTemplate } = InputTransformer;
  return InputTemplate.replaceAll(/<([\w-]+)>/g, (_, name: string) => {
    const path = InputPathsMap[name] ?? '';
    const value = path
      .split('.')
      .slice(1)
      .reduce<unknown>((inner, key) => (inner as BusEvent | undefined)?.[key], event);
    if (typeof value !== 'string')
      throw new Error(`input transformer: the event has no text at ${path} (${name})`);
    return value;
  });
}
