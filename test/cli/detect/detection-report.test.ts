import { DetectionReport } from '../../../lib/cli/detect/detection-report';
import { exampleRule } from '../../detector/example-rule';
import { OperatorTerminal } from '../operator-terminal';

/** 2026-11-22 09:00:00 UTC, in hours since 1970. */
const NINE = 498_705;

test('lines that were skipped are counted, and a rule that throws is reported with its message and how often it failed', () => {
  const operator = new OperatorTerminal();
  const tuned = exampleRule();
  const report = new DetectionReport(operator.terminal, {
    sourceId: 'netskope',
    range: { learnFromHour: NINE, fromHour: NINE, endHour: NINE + 1 },
    detection: {
      pack: [],
      tuning: { rules: [tuned], anonymousUsers: new Set() },
      rules: [tuned],
      ruleSettings: {},
      switchedOff: [],
      origin: 'The pack as it comes.',
    },
    shown: {},
    isFull: false,
  });
  const counts = new Map([['example-rule', { matched: 0, excluded: 0, withoutGroupKey: 0, failed: 2 }]]);
  const failures = new Map([['example-rule', "cannot read 'x' of undefined\u001b[2J"]]);
  const read = { events: 3, unreadable: [], laterEditions: 1 };
  const object = { key: 'o1', firstEventS: NINE * 3600, ...read, batches: [], counts, failures };
  report.add({ hour: NINE, objects: [object] }, []);
  report.add({ hour: NINE, objects: [{ ...object, events: 4 }] }, []);
  report.show();
  expect(operator.written).toContain(
    '\n! 2 lines skipped: later editions of events, which are evaluated once, as they came first.\n' +
      "✗ example-rule itself failed at 4 events: cannot read 'x' of undefined\\u{001b}[2J\n" +
      'netskope, 2026-11-22 09:00 UTC to 2026-11-22 10:00 UTC: 0 alerts from 7 events.\n',
  );
});
