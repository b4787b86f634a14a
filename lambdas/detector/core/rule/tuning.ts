import type { Severity } from '../../../contract/storage/alert-record';
import type { Exclusion } from './exclusion';
import { excludesAny } from './exclusion';
import type { NamedNetworks } from './named-networks';
import { withNamedNetworks } from './named-networks';
import type { Rule } from './rule';
import type { TunedRule } from './tuned-rule';
import { tuningProblems } from './tuning-problems';

/** The settings of one rule. */
export interface RuleTuning {
  /** @default true */
  readonly enabled?: boolean;
  /** Events that raise an alert. @default - the rule's */
  readonly threshold?: number;
  /** The same for every event. @default - the rule's */
  readonly severity?: Severity;
  /** Events that this rule does not count. @default [] */
  readonly exclude?: readonly Exclusion[];
}

/** The settings of the rules. */
export interface TuningSettings {
  /** By rule id. */
  readonly rules?: Readonly<Record<string, RuleTuning>>;
  /** Events that no rule counts. @default [] */
  readonly exclude?: readonly Exclusion[];
  /** Names that identify nobody, such as one hash that every user has. @default [] */
  readonly anonymousUsers?: readonly string[];
  /** Networks that count as one where a new one raises an alert. @default {} */
  readonly networks?: NamedNetworks;
}

/** The rules with their settings applied. */
export interface Tuning {
  /** The enabled rules, in the order of the pack. */
  readonly rules: readonly TunedRule[];
  /** In lower case. */
  readonly anonymousUsers: ReadonlySet<string>;
}

export type ParsedTuning =
  | { readonly kind: 'tuning'; readonly tuning: Tuning }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/**
 * Validates the detection settings and applies them to a pack of rules.
 * @param settings as received
 * @param place what messages call the settings, such as `detection`
 * @returns the tuning, or a sentence for every problem
 */
export function parseTuning(settings: unknown, pack: readonly Rule[], place: string): ParsedTuning {
  const problems = tuningProblems(settings, pack, place);
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'tuning', tuning: tuned(settings ?? {}, pack) };
}

/** The pack without any settings. */
export function untuned(pack: readonly Rule[]): Tuning {
  return tuned({}, pack);
}

function tuned(
  { rules = {}, exclude = [], anonymousUsers = [], networks = {} }: TuningSettings,
  pack: readonly Rule[],
): Tuning {
  return {
    rules: pack
      .filter(({ id }) => rules[id]?.enabled !== false)
      .map((rule) => tunedRule(withNamedNetworks(rule, networks), rules[rule.id] ?? {}, exclude)),
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
