export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** How the points of an alarm are evaluated. */
export interface Evaluation {
  /** N */
  readonly evaluationPeriods: number;
  /** M */
  readonly datapointsToAlarm: number;
  readonly missing: MissingData;
}

/**
 * The state after an evaluation (Amazon CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data").
 * With enough real points, the newest N decide and the setting for missing data is not used. With fewer, every real
 * point of the evaluation range counts, and as few as possible are filled in.
 *
 * Simplified where the guide has no rule: with `missing`, a lone breaching point that is too young for the "premature
 * alarm" rule keeps the state; with `ignore`, too few breaching points keep it, as in the guide's table.
 * @param breaches of the evaluation range, oldest first; undefined if there is no point
 */
export function alarmState(
  breaches: readonly (boolean | undefined)[],
  { evaluationPeriods, datapointsToAlarm, missing }: Evaluation,
  current: AlarmState,
): AlarmState {
  const real = breaches.filter((breach) => breach !== undefined);
  const newest = real.slice(-evaluationPeriods);
  const breaching = newest.filter(Boolean).length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (newest.length === evaluationPeriods) return 'OK';
  const filled = evaluationPeriods - newest.length;
  switch (missing) {
    case 'breaching':
      return breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return newest.includes(false) ? 'OK' : current;
    case 'missing':
      if (newest.length === 0) return 'INSUFFICIENT_DATA';
      if (newest.includes(false)) return 'OK';
      return breaches.length - breaches.indexOf(true) >= datapointsToAlarm ? 'ALARM' : current;
  }
}
