import type { AlarmState, MissingData } from './alarm-definition';
import { alarmState } from './alarm-definition';
import { readExpression } from './metric-math';

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const CURRENT: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const BREACH = new Map([
  ['0', false],
  ['X', true],
  ['-', undefined],
]);

/** Rows of the tables in "Configuring how CloudWatch alarms treat missing data", Amazon CloudWatch user guide. */
type Row = readonly [
  points: string,
  missing: string,
  ignore: string,
  breaching: string,
  notBreaching: string,
];

function evaluated(points: string, datapointsToAlarm: number, current: AlarmState): string[] {
  const breaches = points.split(' ').map((point) => BREACH.get(point));
  return TREATMENTS.map((missing) =>
    alarmState(breaches, { evaluationPeriods: 3, datapointsToAlarm, missing }, current),
  );
}

function expected(states: readonly string[], current: AlarmState): string[] {
  return states.map((state) => (state === 'retain' ? current : state));
}

describe('the model of alarm evaluation', () => {
  test.each<Row>([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'retain', 'ALARM', 'OK'],
  ])("agrees with AWS's table for 3 out of 3 on %s", (points, ...states) => {
    for (const current of CURRENT) expect(evaluated(points, 3, current)).toEqual(expected(states, current));
  });

  test.each<Row>([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'retain', 'ALARM', 'OK'],
  ])("agrees with AWS's table for 2 out of 3 on %s", (points, ...states) => {
    for (const current of CURRENT) expect(evaluated(points, 2, current)).toEqual(expected(states, current));
  });

  test.each(['- - - - X', '- - - X -'])(
    'does not alarm prematurely on %s, where missing data is missing',
    (points) => {
      expect(evaluated(points, 3, 'OK')[0]).toBe('OK');
    },
  );
});

describe('the model of metric math', () => {
  const _ = undefined;

  test.each([
    ['IF(metric1, metric2, metric3)', [30, 0, 20, _, _]],
    ['IF(metric1, 5, metric3)', [5, 5, 20, _, _]],
    ['IF(metric1, metric2, 5)', [30, 0, 5, 5, _]],
  ])("agrees with AWS's table for %s", (expression, result) => {
    const metrics = { metric1: [1, 1, 0, 0, _], metric2: [30, _, 0, 0, 30], metric3: [0, 0, 20, _, 20] };
    expect(readExpression(expression)(metrics)).toEqual(result);
  });

  test('fills gaps with a number everywhere, but with the previous value only if there is one', () => {
    expect(readExpression('FILL(sent, 0)')({ sent: [_, 7, _, _] })).toEqual([0, 7, 0, 0]);
    expect(readExpression('FILL(sent, REPEAT)')({ sent: [_, 7, _, _] })).toEqual([_, 7, 7, 7]);
    expect(readExpression('FILL(sent, REPEAT)')({ sent: [_, _] })).toEqual([_, _]);
  });

  test('adds series, and counts a missing value as 0 if the other one has a value', () => {
    expect(readExpression('a + b')({ a: [1, _, _], b: [2, 3, _] })).toEqual([3, 3, _]);
  });

  test.each(['RATE(a)', 'a * 2', 'a +', '1', 'FILL(a, LINEAR)'])(
    'refuses %s, which it does not know',
    (text) => {
      expect(() => readExpression(text)({ a: [1] })).toThrow();
    },
  );
});
