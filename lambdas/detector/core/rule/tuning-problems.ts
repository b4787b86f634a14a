import { SEVERITIES } from '../../../contract/storage/alert-record';
import { isDay } from '../../../contract/storage/archive-layout';
import { isAddressOrBlock } from '../event/address-block';
import { PREFIX_LENGTHS } from '../event/network';
import type { Exclusion } from './exclusion';
import type { Rule } from './rule';
import { MAX_THRESHOLD } from './rule';
import { isIntegerTo } from './rule-problems';
import { fitsEverything } from './wildcard';

const SHOWN_LENGTH = 80;

type Problems = readonly string[];
type Fields = Readonly<Record<string, unknown>>;

/** Everything that is wrong with the configuration of detection, each as `<place> is <value>; expected <what>`. */
export function tuningProblems(settings: unknown, pack: readonly Rule[], place: string): Problems {
  if (settings === undefined) return [];
  if (!isObject(settings)) return [problem(place, settings, 'an object')];
  const { rules, exclude, anonymousUsers, networks, ...others } = settings;
  return [
    ...unknownFields(others, place, 'rules, exclude, anonymousUsers and networks'),
    ...rulesProblems(rules, pack, `${place}.rules`),
    ...exclusionsProblems(exclude, `${place}.exclude`),
    ...namesProblems(anonymousUsers, `${place}.anonymousUsers`),
    ...networksProblems(networks, `${place}.networks`),
  ];
}

function problem(place: string, value: unknown, expected: string): string {
  const received = (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
  return `${place} is ${received}; expected ${expected}`;
}

function unless(isRight: boolean, place: string, value: unknown, expected: string): Problems {
  return isRight ? [] : [problem(place, value, expected)];
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function unknownFields(others: Fields, place: string, expected: string): Problems {
  return Object.entries(others).map(([name, value]) =>
    problem(`${place}.${name}`, value, `only ${expected} here`),
  );
}

function rulesProblems(rules: unknown, pack: readonly Rule[], place: string): Problems {
  if (rules === undefined) return [];
  if (!isObject(rules)) return [problem(place, rules, 'an object with rule ids as names')];
  return Object.entries(rules).flatMap(([id, tuning]) => {
    const rule = pack.find((candidate) => candidate.id === id);
    if (rule === undefined)
      return [problem(`${place}.${id}`, tuning, `one of ${pack.map((known) => known.id).join(', ')}`)];
    return ruleTuningProblems(tuning, rule, `${place}.${id}`);
  });
}

function ruleTuningProblems(tuning: unknown, rule: Rule, place: string): Problems {
  if (!isObject(tuning)) return [problem(place, tuning, 'an object')];
  const { enabled, threshold, severity, exclude, ...others } = tuning;
  return [
    ...unknownFields(others, place, 'enabled, threshold, severity and exclude'),
    ...unless(
      enabled === undefined || typeof enabled === 'boolean',
      `${place}.enabled`,
      enabled,
      'true or false',
    ),
    ...thresholdProblems(threshold, rule, `${place}.threshold`),
    ...unless(
      severity === undefined || SEVERITIES.some((known) => known === severity),
      `${place}.severity`,
      severity,
      `one of ${SEVERITIES.join(', ')}`,
    ),
    ...exclusionsProblems(exclude, `${place}.exclude`),
  ];
}

function thresholdProblems(threshold: unknown, { novelty }: Rule, place: string): Problems {
  if (threshold === undefined) return [];
  if (novelty !== undefined)
    return [problem(place, threshold, 'no threshold, for this rule alerts when a value is new')];
  return unless(
    isIntegerTo(MAX_THRESHOLD, threshold),
    place,
    threshold,
    `an integer from 1 to ${MAX_THRESHOLD}`,
  );
}

/** Everything that is wrong with the item of the mutes. A rule may be gone by now. */
export function muteListProblems(state: unknown): Problems {
  const { mutes } = isObject(state) ? state : {};
  if (!Array.isArray(mutes)) return [problem('mutes', mutes, 'a list of mutes')];
  return mutes.flatMap((mute: unknown, at) => {
    const place = `mutes[${at}]`;
    if (!isObject(mute)) return [problem(place, mute, 'an object')];
    const { id, rule, ...exclusion } = mute;
    return [
      ...unless(isText(id), `${place}.id`, id, 'the id of a mute'),
      ...unless(rule === undefined || isText(rule), `${place}.rule`, rule, 'the id of a rule'),
      ...endedExclusionProblems(exclusion, place),
    ];
  });
}

/** What is wrong with an exclusion that must have an end and a reason. */
export function endedExclusionProblems(exclusion: Fields, place: string): Problems {
  const required = ['until', 'because'] as const;
  return [
    ...exclusionProblems(exclusion, place),
    ...required
      .filter((name) => exclusion[name] === undefined)
      .map((name) => problem(`${place}.${name}`, undefined, EXCLUSION_FIELDS[name].expected)),
  ];
}

function exclusionsProblems(exclude: unknown, place: string): Problems {
  if (exclude === undefined) return [];
  if (!Array.isArray(exclude)) return [problem(place, exclude, 'a list of exclusions')];
  return exclude.flatMap((exclusion: unknown, at) => exclusionProblems(exclusion, `${place}[${at}]`));
}

interface ExclusionField {
  /** As worded in messages and in the table of settings. */
  readonly expected: string;
  readonly isRight: (value: unknown) => boolean;
}

export const EXCLUSION_FIELDS: Readonly<Record<keyof Exclusion, ExclusionField>> = {
  user: { expected: "a user's name", isRight: isText },
  address: {
    expected: 'an IP address, or a CIDR block such as 198.51.100.0/24',
    isRight: (value) => isText(value) && isAddressOrBlock(value),
  },
  event: { expected: "an event's name", isRight: isText },
  object: { expected: 'the name of an object or account that an event names', isRight: isText },
  apiPath: { expected: 'the path of an API call', isRight: isText },
  because: { expected: 'a text that says why such events are expected', isRight: isText },
  until: {
    expected: 'the last day of the events, UTC, such as 2027-06-30',
    isRight: (value) => isText(value) && isDay(value),
  },
};

function exclusionProblems(exclusion: unknown, place: string): Problems {
  const someCriterion = 'an object with at least one of user, address, event, object and apiPath';
  if (!isObject(exclusion)) return [problem(place, exclusion, someCriterion)];
  const { user, address, event, object, apiPath } = exclusion;
  const others = Object.entries(exclusion).filter(([name]) => !Object.hasOwn(EXCLUSION_FIELDS, name));
  const criteria = [user, address, event, object, apiPath].filter((value) => value !== undefined);
  const isAllStars = criteria.length > 0 && criteria.every((value) => isText(value) && fitsEverything(value));
  return [
    ...unknownFields(
      Object.fromEntries(others),
      place,
      'user, address, event, object, apiPath, because and until',
    ),
    ...unless(criteria.length > 0, place, exclusion, someCriterion),
    ...unless(!isAllStars, place, exclusion, 'a field that says more than *, which excludes everything'),
    ...Object.entries(EXCLUSION_FIELDS).flatMap(([name, { expected, isRight }]) => {
      const value = exclusion[name];
      return unless(value === undefined || isRight(value), `${place}.${name}`, value, expected);
    }),
  ];
}

function namesProblems(names: unknown, place: string): Problems {
  if (names === undefined) return [];
  if (!Array.isArray(names)) return [problem(place, names, 'a list of names')];
  return names.flatMap((name: unknown, at) =>
    unless(isText(name), `${place}[${at}]`, name, 'a name that stands for nobody'),
  );
}

function networksProblems(networks: unknown, place: string): Problems {
  if (networks === undefined) return [];
  if (!isObject(networks)) return [problem(place, networks, 'an object with names of networks as names')];
  return Object.entries(networks).flatMap(([name, blocks]) => {
    const of = `${place}.${name}`;
    if (!Array.isArray(blocks) || blocks.length === 0) return [problem(of, blocks, 'a list of CIDR blocks')];
    return blocks.flatMap((block: unknown, at) =>
      unless(
        isText(block) && isAddressOrBlock(block, PREFIX_LENGTHS),
        `${of}[${at}]`,
        block,
        `a CIDR block, at most /${PREFIX_LENGTHS.ipv4} of IPv4 or /${PREFIX_LENGTHS.ipv6} of IPv6`,
      ),
    );
  });
}
