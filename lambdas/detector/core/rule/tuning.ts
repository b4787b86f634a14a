import type { Severity } from '../../../contract/storage/alert-record';
import type { Exclusion } from './exclusion';
import { excludesAny } from './exclusion';
import type { Rule } from './rule';
import type { TunedRule } from './tuned-rule';
import { tuningProblems } from './tuning-problems';

/** What the configuration makes of one rule. */
export interface RuleTuning {
  /** @default true */
  readonly enabled?: boolean;
  /** Events it takes. @default - the rule's */
  readonly threshold?: number;
  /** The same for every event. @default - the rule's */
  readonly severity?: Severity;
  /** Events that this rule is not to count. @default [] */
  readonly exclude?: readonly Exclusion[];
}

/** What the configuration says about detection. */
export interface TuningSettings {
  /** By rule id. */
  readonly rules?: Readonly<Record<string, RuleTuning>>;
  /** Events that no rule is to count. @default [] */
  readonly exclude?: readonly Exclusion[];
  /** Names that identify nobody, such as one hash that every user has. @default [] */
  readonly anonymousUsers?: readonly string[];
}

/** Detection as it is to be done. */
export interface Tuning {
  /** The rules that are switched on, in the order of the pack. */
  readonly rules: readonly TunedRule[];
  /** In lower case. */
  readonly anonymousUsers: ReadonlySet<string>;
}

export type ParsedTuning =
  | { readonly kind: 'tuning'; readonly tuning: Tuning }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/**
 * Judges the configuration of detection and applies it to a pack of rules.
 * @param settings as received
 * @param place what the settings are called in messages, such as `detection`
 * @returns the tuning, or every problem in words
 */
export function parseTuning(settings: unknown, pack: readonly Rule[], place: string): ParsedTuning {
  const problems = tuningProblems(settings, pack, place);
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'tuning', tuning: tuned(settings ?? {}, pack) };
}

/** The pack as it is without any configuration. */
export function untuned(pack: readonly Rule[]): Tuning {
  return tuned({}, pack);
}

function tuned(
  { rules = {}, exclude = [], anonymousUsers = [] }: TuningSettings,
  pack: readonly Rule[],
): Tuning {
  return {
    rules: pack
      .filter(({ id }) => rules[id]?.enabled !== false)
      .map((rule) => tunedRule(rule, rules[rule.id] ?? {}, exclude)),
    anonymousUsers: new Set(anonymousUsers.map((name) => name.trim().toLowerCase())),
  };
}

function tunedRule(rule: Rule, tuning: RuleTuning, excludeEverywhere: readonly Exclusion[]): TunedRule {
  const severity = tuning.severity ?? rule.severity;
  return {
    rule,
    threshold: tuning.threshold ?? rule.threshold,
    severityOf: (event) => (typeof severity === 'function' ? severity(event) : severity),
    excludes: excludesAny([...excludeEverywhere, ...(tuning.exclude ?? [])]),
  };
}
