import {
  conflictingEdition,
  grownEdition,
} from '../../../../lib/local/netskope-simulator/events/audit-events';

const TEXT = String.raw`{"_id":"66f1","audit_log_event":"Login Failed","count":12345678901234567890,"path":"\/a","text":"{\"audit_log_event\":\"x\"}"}`;

describe('an edition with a new field', () => {
  test('has the old ones byte for byte, and record_type behind them', () => {
    expect(grownEdition(TEXT)).toBe(`${TEXT.slice(0, -1)},"record_type":"audit"}`);
  });

  test('has the fields that are asked for', () => {
    expect(grownEdition('{"_id":"66f1"}', { a: [1], b: '' })).toBe('{"_id":"66f1","a":[1],"b":""}');
  });

  test('is refused for a field that the event has', () => {
    expect(() => grownEdition('{"record_type":"audit"}')).toThrow(
      'The event has record_type already; expected fields that are new',
    );
  });
});

describe('an edition that contradicts the event', () => {
  test('has another name, and all else byte for byte', () => {
    expect(conflictingEdition(TEXT)).toBe(TEXT.replace('"Login Failed"', '"Corrected: Login Failed"'));
  });

  test('is refused without a name', () => {
    expect(() => conflictingEdition('{"_id":"66f1","audit_log_event":null}')).toThrow(
      'The event has no audit_log_event that is a text; expected one to change',
    );
  });
});
