import { ocsfLine } from '../../../lib/cli/tail/ocsf-format';
import { OperatorTerminal } from '../operator-terminal';

const OWN_PART =
  '{"_id":"1","timestamp":1795003200,"audit_log_event":"Login Failed","user":"a\u009b8m\u202e","serial":9007199254740993';
const ADDED_PART =
  ',"p_log_type":"Netskope.Audit","p_event_time":"2026-11-18 12:00:00.000000000","p_source_id":"netskope","p_row_id":"netskope:1"}';

test('the raw data is what Netskope sent, with integers above 2^53', () => {
  const event = JSON.parse(ocsfLine(`${OWN_PART}${ADDED_PART}`)) as Readonly<Record<string, unknown>>;
  expect(event.raw_data).toBe(`${OWN_PART}}`);
  expect(event.class_uid).toBe(3002);
});

test('a terminal gets no control characters, and the line stays the same JSON', () => {
  const { terminal, ...operator } = operatorAt(true);
  const line = ocsfLine(`${OWN_PART}${ADDED_PART}`);
  terminal.jsonResult(line);
  const written = operator.written();
  expect(written).not.toMatch(/(?!\n)\p{C}/u);
  expect(written).toContain('"user":{"name":"a\\u009b8m\\u202e"}');
  expect(JSON.parse(written)).toEqual(JSON.parse(line));
});

test('a file gets the line as it is', () => {
  const { terminal, ...operator } = operatorAt(false);
  const line = ocsfLine(`${OWN_PART}${ADDED_PART}`);
  terminal.jsonResult(line);
  expect(operator.written()).toBe(`${line}\n`);
});

test.each([['{"user":"a"}'], [`${OWN_PART},"p_row_id":"netskope:1","p_source_id":"netskope"}`]])(
  'a line that the collector did not write is refused: %s',
  (line) => {
    expect(() => ocsfLine(line)).toThrow('is no record of the collector; expected what the collector writes');
  },
);

function operatorAt(isTTY: boolean) {
  const operator = new OperatorTerminal({ isTTY });
  return { terminal: operator.terminal, written: () => operator.written };
}
