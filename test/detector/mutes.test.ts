import type { AwsCall } from '../../lib/local/aws/wire/aws-call';
import { archivedRecord } from './archived';
import { Detection } from './detection';

let detection: Detection;
beforeEach(async () => {
  detection = await Detection.start();
});
afterEach(() => detection.stop());

const MUTE = {
  id: 'mute-1',
  rule: 'admin-account-changed',
  user: 'alice@*',
  until: '2026-11-22',
  because: 'migration',
};

/** An administrator is created at nine o'clock. */
function created(different: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return detection.archive('o1', [archivedRecord({ audit_log_event: 'Created new admin', ...different })]);
}

async function alertsAfter(key: string): Promise<number> {
  expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
  return (await detection.alerts()).size;
}

test('a muted event raises no alert, and counts as excluded', async () => {
  await detection.putMutes({ mutes: [MUTE] });
  expect(await alertsAfter(await created())).toBe(0);
  expect(detection.metricSum('EventsExcluded')).toBe(1);
});

test.each([
  ['of another user', { user: 'bob@corp.example', ur_normalized: 'bob@corp.example' }],
  ['after the last day', { timestamp: Date.UTC(2026, 10, 23) / 1000 }],
])('an event %s raises one', async (_, different) => {
  await detection.putMutes({ mutes: [MUTE] });
  expect(await alertsAfter(await created(different))).toBe(1);
});

test('a mute of all rules keeps the event from each of them, and one of another rule from none', async () => {
  const { rule, ...all } = MUTE;
  expect(rule).toBe('admin-account-changed');
  await detection.putMutes({ mutes: [{ ...MUTE, rule: 'many-deletes' }] });
  const key = await created();
  expect(await alertsAfter(key)).toBe(1);
  await detection.putMutes({ mutes: [all] });
  const other = await detection.archive('o2', [
    archivedRecord({
      p_row_id: 'netskope:e9',
      audit_log_event: 'Created new admin',
      user: 'alice@other.example',
    }),
  ]);
  expect(await alertsAfter(other)).toBe(1);
});

test('a rule that is gone by now does no harm', async () => {
  await detection.putMutes({ mutes: [{ ...MUTE, rule: 'no-such-rule' }, MUTE] });
  expect(await alertsAfter(await created())).toBe(0);
});

describe('mutes that are wrong', () => {
  const noEnd: Record<string, unknown> = { ...MUTE };
  delete noEnd.until;

  test.each([
    ['no list', 'x', 'mutes is not set; expected a list of mutes'],
    ['without an end', { mutes: [noEnd] }, 'mutes[0].until is not set; expected the last day of the events'],
    ['of everything', { mutes: [{ ...MUTE, user: '*' }] }, 'expected a field that says more than *'],
    ['with an unknown field', { mutes: [{ ...MUTE, color: 'red' }] }, 'mutes[0].color is "red"'],
  ])('(%s) silence nothing: the alert is raised, and the sweep fails and says why', async (_, state, why) => {
    await detection.putMutes(state);
    expect(await alertsAfter(await created())).toBe(1);
    expect(detection.errors().join()).toContain(why);
    const end = await detection.sweepAfter(5);
    expect(end).toMatchObject({ kind: 'threw', error: { name: 'BatchError' } });
    expect(detection.messages()).toHaveLength(1);
  });
});

test('mutes that cannot be read silence nothing', async () => {
  await detection.putMutes({ mutes: [MUTE] });
  let reads = 0;
  detection.interference = {
    before: ({ operation }: AwsCall) =>
      operation === 'BatchGetItem' && ++reads === 1
        ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
        : undefined,
  };
  expect(await alertsAfter(await created())).toBe(1);
});
