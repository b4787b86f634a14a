import pc from 'picocolors';
import { readShownEvent } from '../../../lib/cli/archive/shown-event';
import { eventLine } from '../../../lib/cli/tail/line-format';

const PLAIN = { colors: pc.createColors(false) };

/** The line of an archived event with this `supporting_data`, and further fields. */
function lineOf(supportingData: unknown, different: Readonly<Record<string, unknown>> = {}): string {
  const record = {
    user: 'a@example.org',
    audit_log_event: 'Edited policy',
    supporting_data: supportingData,
    p_event_time: '2026-11-18 11:00:00.000000000',
    ...different,
  };
  return eventLine(readShownEvent(JSON.stringify(record)), PLAIN);
}

const BEGINNING = '2026-11-18 11:00:00 UTC  a@example.org                 Edited policy';

test('the subject of an event is shown in every form that Netskope gives it', () => {
  expect(lineOf({ data_type: 'policy', data_values: ['Block uploads', false] })).toBe(
    `${BEGINNING}                 policy: Block uploads, false`,
  );
  expect(lineOf({ data_type: 'hostname', data_values: 'HOST123' })).toBe(
    `${BEGINNING}                 hostname: HOST123`,
  );
  expect(lineOf("{'data_type': 'user'}")).toBe(`${BEGINNING}                 {'data_type': 'user'}`);
});

test('a line without a subject and an address ends after the action', () => {
  expect(lineOf({ data_type: null, data_values: [''] })).toBe(BEGINNING);
  expect(lineOf(undefined)).toBe(BEGINNING);
});

test('a long list of touched objects is cut', () => {
  expect(lineOf({ data_type: 'policy', data_values: ['x'.repeat(500)] })).toBe(
    `${BEGINNING}                 policy: ${'x'.repeat(112)}…`,
  );
});

describe('what was changed', () => {
  const POLICY = { data_type: 'policy', data_values: ['AppSuite Logins - Block', 'Payment cards'] };
  const shown = (details: unknown) => lineOf(POLICY, { details }).slice(BEGINNING.length).trim();

  test.each([
    [
      'takes the place of the list of policies',
      [{ name: 'AppSuite Logins - Block', diff: { key: 'action_name', value1: 'block', value2: 'allow' } }],
      'AppSuite Logins - Block: action_name block → allow',
    ],
    [
      'is joined if there is more of it, with what was added and removed',
      [
        { name: 'P', diff: { added: [{ key: 'exception/Domain', value: 'www.example.org' }] } },
        { name: 'Q', diff: { deleted: [{ key: 'dlp_profile', value: ['PCI'] }] } },
      ],
      'P: exception.Domain added www.example.org; Q: dlp_profile removed ["PCI"]',
    ],
    [
      'is told of the listed policies if it names no object itself',
      'status changed from "enabled" to "disabled"',
      'policy: AppSuite Logins - Block, Payment cards: status enabled → disabled',
    ],
    ['may be the object as a whole', [{ name: 'P', modify_type: 'Deleted' }], 'P'],
    [
      'may be values of any type, or none',
      [
        {
          name: 'P',
          diff: {
            changed: [
              { key: 'a', value1: '', value2: null },
              { key: 'b', value1: 1, value2: { c: true } },
            ],
          },
        },
      ],
      'P: a "" → null; P: b 1 → {"c":true}',
    ],
  ])('%s', (_what, details, text) => {
    expect(shown(details)).toBe(text);
  });

  test('is cut where it is long', () => {
    const details = [{ name: 'P', diff: { added: [{ key: 'note', value: 'x'.repeat(100_000) }] } }];
    expect(shown(details)).toBe(`P: note added ${'x'.repeat(106)}…`);
  });

  test('is not written where it is nested too deeply', () => {
    const details = `[{"name":"P","key":"a","value1":${'['.repeat(100_000)}${']'.repeat(100_000)},"value2":"x"}]`;
    expect(shown(details)).toBe('P: a … → x');
  });

  test('writes nothing to the terminal by itself', () => {
    const details = [{ name: 'P\u001b[2J', diff: { key: 'a\u202e', value1: 'x\ny', value2: '\u009b8m' } }];
    expect(shown(details)).toBe('P\\u{001b}[2J: a\\u{202e} x\\u{000a}y → \\u{009b}8m');
  });
});

test('a later edition is marked', () => {
  expect(lineOf(undefined, { p_edition: 2 })).toBe(`${BEGINNING}                 (edition 2)`);
});
