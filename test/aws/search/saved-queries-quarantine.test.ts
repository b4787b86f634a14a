import { SearchedArchive } from './searched-archive';

const DAY = '2026-11-17';
const ACCEPTABLE = {
  timestamp: 1_794_900_000,
  type: 'admin_audit_logs',
  user: 'ann@corp.example',
  audit_log_event: 'Login Successful',
  supporting_data: { data_type: 'user', data_values: ['198.51.100.7'] },
};
const text = (fields: Readonly<Record<string, unknown>>): string => JSON.stringify(fields);

let archive: SearchedArchive;

beforeEach(async () => {
  archive = await SearchedArchive.of([]);
});
afterEach(() => archive.stop());

async function waiting(): Promise<unknown[]> {
  const rows = await archive.ask('What is in quarantine and why');
  return rows.map(({ received }) => received).sort();
}

test('the quarantine query leaves out what was redriven and is now archived', async () => {
  const hopeless = text({ _id: 'h1' });
  const noJson = '{"_id":"n1","time';
  await archive.redrive(DAY, [text({ _id: 'e1', ...ACCEPTABLE }), hopeless, noJson]);
  expect(await waiting()).toEqual([hopeless, noJson].sort());
});

test('two events with the same id in one object are both shown if only one of them could be archived', async () => {
  const acceptable = text({ _id: 'e1', ...ACCEPTABLE });
  const hopeless = text({ _id: 'e1' });
  await archive.redrive(DAY, [acceptable, hopeless]);
  expect(await waiting()).toEqual([acceptable, hopeless].sort());
});
