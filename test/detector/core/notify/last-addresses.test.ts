import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import type { PendingGroup } from '../../../../lambdas/detector/core/alert/pending-alert';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import { lastAddresses } from '../../../../lambdas/detector/core/notify/last-addresses';
import type { DetectorDeps } from '../../../../lambdas/detector/core/ports';
import { groupId, ofUser } from '../../../../lambdas/detector/core/rule/group';
import { NINE_S } from '../../archived';
import { exampleAlert } from '../../example-alert';
import { exampleRule } from '../../example-rule';
import { DetectorInMemory, refused } from '../detector-in-memory';

const remembering = exampleRule({
  id: 'action-from-new-address',
  novelty: { valueOf: () => 'x', learningDays: 1, keepsAddress: true },
});
const other = exampleRule({ id: 'new-kind-of-action', novelty: { valueOf: () => 'x', learningDays: 1 } });

let detector: DetectorInMemory;
beforeEach(() => {
  detector = new DetectorInMemory();
  const lastAddress = { address: '192.0.2.7', timeS: NINE_S - 1_200 };
  const known = { sinceS: NINE_S - 86_400, values: [], lastAddress };
  const id = groupId('action-from-new-address', ofUser('netskope', 'alice@corp.example'));
  detector.stored.set(id, { state: { ...EMPTY_STATE, known }, version: 1 });
});

async function withLastAddress(
  records: readonly AlertRecord[],
  deps: DetectorDeps = detector.depsWith(exampleRule(), other, remembering),
): Promise<readonly AlertRecord[]> {
  const alerts = records.map((record) => ({ record, done: (state: typeof EMPTY_STATE) => state }));
  const groups: PendingGroup[] = [
    { groupId: 'many-deletes#alice', stored: { state: EMPTY_STATE, version: 0 }, alerts, objects: [] },
  ];
  return records.map(await lastAddresses(deps, 'netskope', groups));
}

test('an alert without an address says where its user was last seen, and when', async () => {
  const alert = exampleAlert();
  expect(await withLastAddress([alert])).toEqual([
    { ...alert, last_login_address: '192.0.2.7', last_login_time: '2026-11-22T08:40:00Z' },
  ]);
});

test.each<[string, Partial<AlertRecord>]>([
  ['has an address', { addresses: ['192.0.2.1'] }],
  ['has several users', { who: ['alice@corp.example', 'bogdan@corp.example'] }],
  ['has no user', { who: [] }],
  ['has a user who was never seen', { who: ['bogdan@corp.example'] }],
])('an alert that %s stays as it is', async (_what, different) => {
  const alert = exampleAlert(different);
  expect((await withLastAddress([exampleAlert(), alert]))[1]).toBe(alert);
});

test('a user of whom no address is known adds nothing', async () => {
  const id = groupId('action-from-new-address', ofUser('netskope', 'bogdan@corp.example'));
  const alert = exampleAlert({ who: ['bogdan@corp.example'] });
  detector.stored.set(id, { state: { ...EMPTY_STATE, known: { sinceS: NINE_S, values: [] } }, version: 1 });
  expect(await withLastAddress([alert])).toEqual([alert]);
  detector.stored.set(id, { state: EMPTY_STATE, version: 1 });
  expect(await withLastAddress([alert])).toEqual([alert]);
});

test('the states of a hundred users are read at most, each once', async () => {
  await withLastAddress([exampleAlert(), exampleAlert({ who: ['ALICE@corp.example'] })]);
  const many = Array.from({ length: 101 }, (_, place) => exampleAlert({ who: [`user ${place}`] }));
  await withLastAddress(many);
  expect(detector.reads).toEqual([1, 100]);
});

test('nothing is read if no rule remembers addresses, or no alert lacks one', async () => {
  const [alert, located] = [exampleAlert(), exampleAlert({ addresses: ['192.0.2.1'] })];
  expect(await withLastAddress([alert], detector.depsWith(other))).toEqual([alert]);
  expect(await withLastAddress([located])).toEqual([located]);
  expect(detector.reads).toEqual([]);
});

test('no alert waits for it: where it cannot be read, it is left out', async () => {
  const deps = detector.depsWith(remembering);
  const states = { ...deps.states, loadMany: () => refused('the read') };
  const alert = exampleAlert();
  expect(await withLastAddress([alert], { ...deps, states })).toEqual([alert]);
  expect(detector.logged).toEqual([
    [
      'warn',
      'last addresses are left out',
      { error: expect.objectContaining({ name: 'StateError' }) as unknown },
    ],
  ]);
});
