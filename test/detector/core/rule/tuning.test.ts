import { defineRule } from '../../../../lambdas/detector/core/rule/define-rule';
import type { Tuning } from '../../../../lambdas/detector/core/rule/tuning';
import { parseTuning, untuned } from '../../../../lambdas/detector/core/rule/tuning';
import { archivedEvent, from } from '../../archived';
import { exampleDefinition } from '../../example-rule';

const PACK = [
  defineRule(exampleDefinition({ id: 'counted', threshold: 10, severity: 'medium' })),
  defineRule(exampleDefinition({ id: 'by-event', severity: () => 'critical' })),
  defineRule(exampleDefinition({ id: 'new-value', novelty: { valueOf: () => 'x', learningDays: 14 } })),
];

function tuning(settings: unknown): Tuning {
  const parsed = parseTuning(settings, PACK, 'detection');
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.tuning;
}

function problems(settings: unknown): readonly string[] {
  const parsed = parseTuning(settings, PACK, 'detection');
  return parsed.kind === 'problems' ? parsed.problems : [];
}

/** The fields of an audited API call. */
const API_CALL = {
  audit_log_event: 'Rest API V2 Call',
  supporting_data: {
    data_type: 'incidents',
    data_values: [201, 'POST', '/api/v2/scim/Users?dry=1', 'trid=1'],
  },
};

/** The fields of an event that names two objects. */
const TWO_OBJECTS = {
  audit_log_event: 'Edited policy',
  supporting_data: { data_type: 'policy', data_values: ['Block uploads', ' Test A '] },
};

function isExcluded(exclude: unknown, different: Readonly<Record<string, unknown>>): boolean | undefined {
  return tuning({ exclude }).rules[0]?.excludes(archivedEvent(different));
}

test('without settings every rule is on, as it was written', () => {
  for (const found of [tuning(undefined), tuning({}), untuned(PACK)]) {
    expect(found.rules.map(({ rule, threshold }) => [rule.id, threshold])).toEqual([
      ['counted', 10],
      ['by-event', 1],
      ['new-value', 1],
    ]);
    expect(found.rules.map((tuned) => tuned.severityOf(archivedEvent()))).toEqual([
      'medium',
      'critical',
      'high',
    ]);
    expect(found.rules.some((tuned) => tuned.excludes(archivedEvent()))).toBe(false);
    expect([...found.anonymousUsers]).toEqual([]);
  }
});

test('a rule can be switched off', () => {
  expect(tuning({ rules: { counted: { enabled: false } } }).rules.map(({ rule }) => rule.id)).toEqual([
    'by-event',
    'new-value',
  ]);
});

test('threshold and severity of a rule can be changed, a severity by event as well', () => {
  const { rules } = tuning({ rules: { counted: { threshold: 50 }, 'by-event': { severity: 'low' } } });
  expect(rules.map(({ threshold }) => threshold)).toEqual([50, 1, 1]);
  expect(rules.map((tuned) => tuned.severityOf(archivedEvent()))).toEqual(['medium', 'low', 'high']);
});

test('what one rule excludes, the others still see', () => {
  const { rules } = tuning({ rules: { counted: { exclude: [{ user: 'alice@corp.example' }] } } });
  expect(rules.map((tuned) => tuned.excludes(archivedEvent()))).toEqual([true, false, false]);
});

test('what is excluded for all, no rule sees', () => {
  const { rules } = tuning({ exclude: [{ event: 'logout successful' }] });
  expect(rules.map((tuned) => tuned.excludes(archivedEvent()))).toEqual([true, true, true]);
});

test('anonymous user names are matched in any case', () => {
  expect([...tuning({ anonymousUsers: [' 5F4DCC3B '] }).anonymousUsers]).toEqual(['5f4dcc3b']);
});

describe('an exclusion', () => {
  test.each([
    ['of the user', { user: 'ALICE@corp.example' }, {}, true],
    ['of the user, with blanks around', { user: ' alice@corp.example ' }, {}, true],
    ['of another user', { user: 'bogdan@corp.example' }, {}, false],
    ['of a part of the name', { user: 'alice' }, {}, false],
    [
      'of a user, if Netskope hides the user',
      { user: 'redacted' },
      { user: 'redacted', ur_normalized: '' },
      false,
    ],
    ['of the domain of the user', { user: '*@CORP.example' }, {}, true],
    ['of another domain', { user: '*@other.example' }, {}, false],
    [
      'of every named user, if Netskope hides the user',
      { user: '*', event: 'Logout*' },
      { user: 'redacted', ur_normalized: '' },
      false,
    ],
    ['of the event', { event: 'logout successful' }, {}, true],
    ['of another event', { event: 'Logout' }, {}, false],
    ['of events that begin so', { event: 'logout*' }, {}, true],
    ['of events that begin otherwise', { event: 'login*' }, {}, false],
    [
      'of the first object alone, of an event that names two',
      { object: 'block uploads' },
      TWO_OBJECTS,
      false,
    ],
    ['of both objects, with stars', { object: '*a*' }, TWO_OBJECTS, true],
    ['of another object', { object: 'test' }, TWO_OBJECTS, false],
    ['of any object, of an event that names none', { object: '*', event: 'logout*' }, {}, false],
    ['of the API path, without its query', { apiPath: '/api/v2/scim/users' }, API_CALL, true],
    ['of API paths that begin so', { apiPath: '/API/v2/*' }, API_CALL, true],
    ['of another API path', { apiPath: '/api/v2/scim/groups*' }, API_CALL, false],
    ['of API paths, of an event that is no call', { apiPath: '/*' }, TWO_OBJECTS, false],
    [
      'of user, event, object and API path, all right',
      { user: 'alice*', event: 'rest*', object: '*users', apiPath: '*users' },
      API_CALL,
      true,
    ],
    ['of object and API path, the object wrong', { object: 'x*', apiPath: '/*' }, API_CALL, false],
    ['of object and API path, the path wrong', { object: '/*', apiPath: '/x*' }, API_CALL, false],
    ['with a reason', { user: 'alice@corp.example', because: 'her job' }, {}, true],
    ['of the address', { address: '198.51.100.7' }, from('198.51.100.7'), true],
    ['of another address', { address: '198.51.100.8' }, from('198.51.100.7'), false],
    ['of the address, with blanks around', { address: ' 198.51.100.7 ' }, from('198.51.100.7'), true],
    ['of the IPv6 address', { address: '2001:db8::17' }, from('2001:db8::17'), true],
    ['of the block of one address', { address: '198.51.100.7/32' }, from('198.51.100.7'), true],
    ['of the IPv6 block of one address', { address: '2001:db8::17/128' }, from('2001:db8::17'), true],
    ['of the block', { address: '198.51.100.0/24' }, from('198.51.100.7'), true],
    ['of another block', { address: '198.51.101.0/24' }, from('198.51.100.7'), false],
    ['of the IPv6 block', { address: '2001:db8::/32' }, from('2001:db8:4a::17'), true],
    ['of another IPv6 block', { address: '2001:db8::/32' }, from('2001:db9::17'), false],
    ['of an IPv4 block, of an IPv6 address', { address: '0.0.0.0/0' }, from('2001:db9::17'), false],
    ['of the event, but not of its user', { event: 'logout*', user: 'bogdan*' }, {}, false],
    ['of the user, but not of the event', { event: 'login*', user: 'alice*' }, {}, false],
    ['of a block, of an event without address', { address: '0.0.0.0/0' }, {}, false],
    [
      'of user and address, both right',
      { user: 'alice@corp.example', address: '198.51.100.0/24' },
      from('198.51.100.7'),
      true,
    ],
    [
      'of user and address, one wrong',
      { user: 'alice@corp.example', address: '203.0.113.0/24' },
      from('198.51.100.7'),
      false,
    ],
  ])('%s', (_what, exclusion, different, expected) => {
    expect(isExcluded([exclusion], different)).toBe(expected);
  });

  test('of one address keeps an event that names another address as well', () => {
    const two = { supporting_data: { data_type: 'user', data_values: ['198.51.100.7', '203.0.113.9'] } };
    expect(isExcluded([{ address: '198.51.100.7' }], two)).toBe(false);
  });

  test.each([
    ['in the last second of its last day', '2026-11-22T23:59:59Z', true],
    ['in the first second of the day after', '2026-11-23T00:00:00Z', false],
    ['on a day long before', '2025-12-31T12:00:00Z', true],
    ['in the next year', '2027-01-01T00:00:00Z', false],
    ['after midnight in the east, where UTC still has the last day', '2026-11-23T01:59:59+02:00', true],
  ])('with a last day, of an event %s', (_what, timestamp, expected) => {
    const exclusion = { user: 'alice@corp.example', until: '2026-11-22' };
    expect(isExcluded([exclusion], { timestamp })).toBe(expected);
  });

  test('with a last day still needs its other fields', () => {
    expect(isExcluded([{ user: 'bogdan@corp.example', until: '2026-11-22' }], {})).toBe(false);
  });

  test('one of several is enough', () => {
    expect(isExcluded([{ user: 'bogdan@corp.example' }, { event: 'Logout Successful' }], {})).toBe(true);
  });
});

test.each([
  ['no object', 'off', 'detection is "off"; expected an object'],
  ['a list', [], 'detection is []; expected an object'],
  ['null', null, 'detection is null; expected an object'],
  [
    'an unknown field',
    { rule: {} },
    'detection.rule is {}; expected only rules, exclude, anonymousUsers and networks here',
  ],
  [
    'rules in a list',
    { rules: ['counted'] },
    'detection.rules is ["counted"]; expected an object with rule ids as names',
  ],
  [
    'an unknown rule',
    { rules: { countd: {} } },
    'detection.rules.countd is {}; expected one of counted, by-event, new-value',
  ],
  [
    'a rule that is no object',
    { rules: { counted: false } },
    'detection.rules.counted is false; expected an object',
  ],
  [
    'an unknown setting',
    { rules: { counted: { limit: 5 } } },
    'detection.rules.counted.limit is 5; expected only enabled, threshold, severity and exclude here',
  ],
  [
    'enabled as text',
    { rules: { counted: { enabled: 'no' } } },
    'detection.rules.counted.enabled is "no"; expected true or false',
  ],
  [
    'a threshold as text',
    { rules: { counted: { threshold: '5' } } },
    'detection.rules.counted.threshold is "5"; expected an integer from 1 to 100',
  ],
  [
    'a threshold of 0',
    { rules: { counted: { threshold: 0 } } },
    'detection.rules.counted.threshold is 0; expected an integer from 1 to 100',
  ],
  [
    'a threshold where none counts',
    { rules: { 'new-value': { threshold: 5 } } },
    'detection.rules.new-value.threshold is 5; expected no threshold, for this rule alerts when a value is new',
  ],
  [
    'an unknown severity',
    { rules: { counted: { severity: 'High' } } },
    'detection.rules.counted.severity is "High"; expected one of info, low, medium, high, critical',
  ],
  [
    'exclusions that are no list',
    { exclude: { user: 'a' } },
    'detection.exclude is {"user":"a"}; expected a list of exclusions',
  ],
  [
    'an empty exclusion of one rule',
    { rules: { counted: { exclude: [{}] } } },
    'detection.rules.counted.exclude[0] is {}; expected an object with at least one of user, address, event, object and apiPath',
  ],
  [
    'a long value, of which 80 characters are shown',
    { anonymousUsers: 'x'.repeat(1_000) },
    `detection.anonymousUsers is "${'x'.repeat(79)}; expected a list of names`,
  ],
  [
    'an empty exclusion, which would exclude all',
    { exclude: [{}] },
    'detection.exclude[0] is {}; expected an object with at least one of user, address, event, object and apiPath',
  ],
  [
    'an exclusion of something else',
    { exclude: [{ name: 'x', user: 'a' }] },
    'detection.exclude[0].name is "x"; expected only user, address, event, object, apiPath, because and until here',
  ],
  [
    'an empty user',
    { exclude: [{ user: ' ' }] },
    'detection.exclude[0].user is " "; expected a user\'s name',
  ],
  [
    'an event that is no text',
    { exclude: [{ event: 5 }] },
    "detection.exclude[0].event is 5; expected an event's name",
  ],
  [
    'an object that is no text',
    { exclude: [{ object: ['a'] }] },
    'detection.exclude[0].object is ["a"]; expected the name of an object or account that an event names',
  ],
  [
    'an empty API path',
    { exclude: [{ apiPath: '' }] },
    'detection.exclude[0].apiPath is ""; expected the path of an API call',
  ],
  [
    'an empty reason',
    { exclude: [{ user: 'a', because: ' ' }] },
    'detection.exclude[0].because is " "; expected a text that says why such events are expected',
  ],
  [
    'a last day that its month does not have',
    { exclude: [{ user: 'a', until: '2026-02-30' }] },
    'detection.exclude[0].until is "2026-02-30"; expected the last day of the events, UTC, such as 2027-06-30',
  ],
  [
    'a last day that is a number',
    { exclude: [{ user: 'a', until: 20261122 }] },
    'detection.exclude[0].until is 20261122; expected the last day of the events, UTC, such as 2027-06-30',
  ],
  [
    'an exclusion of which only reason and end are given',
    { exclude: [{ because: 'a', until: '2026-11-22' }] },
    'detection.exclude[0] is {"because":"a","until":"2026-11-22"}; expected an object with at least one of user, address, event, object and apiPath',
  ],
  [
    'an exclusion that is no object',
    { exclude: ['alice'] },
    'detection.exclude[0] is "alice"; expected an object with at least one of user, address, event, object and apiPath',
  ],
  [
    'an exclusion of every event',
    { exclude: [{ event: ' ** ' }] },
    'detection.exclude[0] is {"event":" ** "}; expected a field that says more than *, which excludes everything',
  ],
  [
    'an exclusion of everything, in several fields, with a reason',
    { rules: { counted: { exclude: [{ user: '*', object: '*', because: 'noise' }] } } },
    'detection.rules.counted.exclude[0] is {"user":"*","object":"*","because":"noise"}; expected a field that says more than *, which excludes everything',
  ],
  [
    'a star in an address',
    { exclude: [{ address: '198.51.100.*' }] },
    'detection.exclude[0].address is "198.51.100.*"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'a host in place of an address',
    { exclude: [{ address: 'vpn.corp.example' }] },
    'detection.exclude[0].address is "vpn.corp.example"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'a block of 33 bits',
    { exclude: [{ address: '198.51.100.0/33' }] },
    'detection.exclude[0].address is "198.51.100.0/33"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'an IPv6 block of 129 bits',
    { exclude: [{ address: '2001:db8::/129' }] },
    'detection.exclude[0].address is "2001:db8::/129"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'a block of a negative number of bits',
    { exclude: [{ address: '198.51.100.0/-1' }] },
    'detection.exclude[0].address is "198.51.100.0/-1"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'a block of half a bit',
    { exclude: [{ address: '198.51.100.0/24.5' }] },
    'detection.exclude[0].address is "198.51.100.0/24.5"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'a block with two slashes',
    { exclude: [{ address: '198.51.100.0/24/8' }] },
    'detection.exclude[0].address is "198.51.100.0/24/8"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
  ],
  [
    'an empty name',
    { anonymousUsers: [''] },
    'detection.anonymousUsers[0] is ""; expected a name that stands for nobody',
  ],
  [
    'names that are no list',
    { anonymousUsers: 'x' },
    'detection.anonymousUsers is "x"; expected a list of names',
  ],
  [
    'a list of networks without names',
    { networks: ['198.51.100.0/24'] },
    'detection.networks is ["198.51.100.0/24"]; expected an object with names of networks as names',
  ],
  [
    'a named network without blocks',
    { networks: { Offices: [] } },
    'detection.networks.Offices is []; expected a list of CIDR blocks',
  ],
  [
    'a named network that is a text',
    { networks: { Offices: '198.51.100.0/24' } },
    'detection.networks.Offices is "198.51.100.0/24"; expected a list of CIDR blocks',
  ],
  [
    'a block that is smaller than what is compared',
    { networks: { Offices: ['198.51.100.0/24', '203.0.113.0/25'] } },
    'detection.networks.Offices[1] is "203.0.113.0/25"; expected a CIDR block, at most /24 of IPv4 or /48 of IPv6',
  ],
  [
    'an address as a network',
    { networks: { Offices: ['2001:db8::1'] } },
    'detection.networks.Offices[0] is "2001:db8::1"; expected a CIDR block, at most /24 of IPv4 or /48 of IPv6',
  ],
])('%s is refused', (_what, settings, problem) => {
  expect(problems(settings)).toEqual([problem]);
});

test('all problems are reported at once', () => {
  expect(
    problems({
      rules: { counted: { threshold: 0, exclude: [{ address: 'x' }] }, gone: {} },
      exclude: [{}],
      anonymousUsers: [7],
    }),
  ).toHaveLength(5);
});

test('all problems of one exclusion are reported at once', () => {
  expect(problems({ exclude: [{ apiPath: '*', because: 1, until: 'soon', path: '/' }] })).toEqual([
    'detection.exclude[0].path is "/"; expected only user, address, event, object, apiPath, because and until here',
    'detection.exclude[0] is {"apiPath":"*","because":1,"until":"soon","path":"/"}; expected a field that says more than *, which excludes everything',
    'detection.exclude[0].because is 1; expected a text that says why such events are expected',
    'detection.exclude[0].until is "soon"; expected the last day of the events, UTC, such as 2027-06-30',
  ]);
});

test('a star in one field is accepted if another says more', () => {
  expect(problems({ exclude: [{ event: '*', user: '*@corp.example' }] })).toEqual([]);
});
