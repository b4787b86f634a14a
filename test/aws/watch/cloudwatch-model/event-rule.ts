import type { DeployedTemplate } from '../../deployed-template';

/** An event as EventBridge passes it to its rules, reduced to what the rules here read. */
export type BusEvent = Readonly<Record<string, unknown>>;

/** Properties of AWS::Events::Rule (AWS CloudFormation template reference), references resolved. */
interface RuleProperties {
  /** Absent in a rule with a schedule. */
  readonly EventPattern?: unknown;
  readonly State: string;
  readonly Targets: readonly {
    readonly Arn: string;
    /** What the target gets in place of the event. */
    readonly Input?: string;
    /** Absent if the event goes to the target unchanged. */
    readonly InputTransformer?: {
      readonly InputPathsMap: Readonly<Record<string, string>>;
      readonly InputTemplate: string;
    };
  }[];
}

/** Every rule of a template that waits for events. */
export function eventRules(template: Pick<DeployedTemplate, 'ofType'>): RuleProperties[] {
  return allRules(template).filter(({ EventPattern }) => EventPattern !== undefined);
}

/** What the rules with a schedule give to a target. */
export function scheduledInputs(template: Pick<DeployedTemplate, 'ofType'>, targetArn: unknown): string[] {
  return allRules(template)
    .filter(({ EventPattern }) => EventPattern === undefined)
    .flatMap(({ Targets }) => Targets.filter(({ Arn }) => Arn === targetArn))
    .map(({ Input = '' }) => Input);
}

function allRules(template: Pick<DeployedTemplate, 'ofType'>): RuleProperties[] {
  return template
    .ofType('AWS::Events::Rule')
    .map(([, properties]) => properties as unknown as RuleProperties);
}

/**
 * Whether an event matches a pattern (Amazon EventBridge user guide, "Event patterns"): every field of the pattern is
 * in the event, with one of the listed values. Only whole strings, prefixes and suffixes are known here.
 * @throws Error for any other kind of match
 */
export function fits(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((wanted) => fitsText(wanted, value));
  }
  return Object.entries(pattern as object).every(([field, wanted]) =>
    fits(wanted, (value as BusEvent | undefined)?.[field]),
  );
}

function fitsText(wanted: unknown, value: unknown): boolean {
  if (typeof wanted === 'string') return value === wanted;
  const [[kind, part] = [], ...others] = Object.entries(wanted as object) as [string, unknown][];
  if ((kind !== 'prefix' && kind !== 'suffix') || typeof part !== 'string' || others.length > 0)
    throw new Error(
      `event pattern: ${JSON.stringify(wanted)} is not known here; expected a text, a prefix or a suffix`,
    );
  if (typeof value !== 'string') return false;
  return kind === 'prefix' ? value.startsWith(part) : value.endsWith(part);
}

/** The text that a rule makes from an event for a topic. @throws Error if the event has no such field */
export function transformed(
  { InputTransformer }: RuleProperties['Targets'][number],
  event: BusEvent,
): string {
  if (InputTransformer === undefined) return JSON.stringify(event);
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
