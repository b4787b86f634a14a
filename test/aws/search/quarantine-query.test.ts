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

test('what is in quarantine leaves out what was judged again and is archived since', async () => {
  const hopeless = text({ _id: 'h1' });
  const noJson = '{"_id":"n1","time';
  await archive.redrive(DAY, [text({ _id: 'e1', ...ACCEPTABLE }), hopeless, noJson]);
  expect(await waiting()).toEqual([hopeless, noJson].sort());
});

test('of two with one id in one object, of which only one could be archived, both are shown', async () => {
  const acceptable = text({ _id: 'e1', ...ACCEPTABLE });
  const hopeless = text({ _id: 'e1' });
  await archive.redrive(DAY, [acceptable, hopeless]);
  expect(await waiting()).toEqual([acceptable, hopeless].sort());
});
