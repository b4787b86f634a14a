import { fitsEverything, wildcardTest } from '../../../../lambdas/detector/core/rule/wildcard';

test.each([
  ['alice', 'alice', true],
  ['alice', 'alice@corp.example', false],
  ['alice', 'malice', false],
  ['ALICE', 'alice', true],
  ['alice', 'ALICE', true],
  [' alice ', 'alice', true],
  ['alice', ' alice ', true],
  ['*@corp.example', 'alice@corp.example', true],
  ['*@corp.example', '@corp.example', true],
  ['*@corp.example', 'alice@corp.example.org', false],
  ['svc-*', 'svc-backup', true],
  ['svc-*', 'old-svc-backup', false],
  ['/api/*/users/*', '/api/v2/scim/Users/17', true],
  ['/api/*/users/*', '/api/v2/scim/Groups/17', false],
  ['a*b*c*d', 'a-b-c-d', true],
  ['a*b*c*d', 'a-c-b-d', false],
  ['a*b*b*d', 'a-b-d', false],
  ['ab*ba', 'aba', false],
  ['ab*ba', 'abba', true],
  ['a*bc*cd', 'abcd', false],
  ['a**b', 'ab', true],
  ['*b*', 'abc', true],
  ['*b*', 'ac', false],
  ['*', '', true],
  ['a.c', 'abc', false],
  ['a?c', 'abc', false],
  ['[abc]', 'a', false],
])('%j and %j: %s', (pattern, text, expected) => {
  expect(wildcardTest(pattern)(text)).toBe(expected);
});

test('many stars do not make a long text slow', () => {
  const fits = wildcardTest(`${'*a'.repeat(50)}*b`);
  expect(fits('a'.repeat(100_000))).toBe(false);
  expect(fits(`${'a'.repeat(100_000)}b`)).toBe(true);
});

test.each([
  ['*', true],
  [' ** ', true],
  ['*.*', false],
  ['a', false],
  ['', false],
])('%j fits everything: %s', (pattern, expected) => {
  expect(fitsEverything(pattern)).toBe(expected);
});
