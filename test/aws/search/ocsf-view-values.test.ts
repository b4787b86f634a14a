import { ownText } from '../../../lambdas/collector/core/page/record';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { ocsfEventOf } from '../../../lib/format/ocsf/ocsf-event';
import { generateAuditEvents, oneOfEach } from '../../../lib/local/netskope-simulator/events/audit-events';
import { NOW_S } from '../../pipeline';
import { OCSF_VARIANTS } from './ocsf-variants';
import { SearchedArchive } from './searched-archive';

/** Every attribute of the view; `unmapped` alone is in no column. */
const COMPARED = [
  ...['category_uid', 'category_name', 'class_uid', 'class_name'],
  ...['activity_id', 'activity_name', 'type_uid', 'type_name', 'time', 'severity_id', 'severity'],
  ...['status_id', 'status', 'status_code', 'status_detail', 'message', 'count', 'metadata', 'actor', 'user'],
  ...['src_endpoint', 'service', 'api', 'http_request', 'entity', 'entity_result', 'raw_data'],
];

type Fields = Readonly<Record<string, unknown>>;

const SEED = 11;
let archive: SearchedArchive;

beforeAll(async () => {
  archive = await SearchedArchive.of([
    ...generateAuditEvents({ seed: SEED, count: 400, fromEpochS: NOW_S - 6 * 3600, toEpochS: NOW_S - 60 }),
    ...oneOfEach({ seed: SEED, insertedAtS: NOW_S - 30 }),
    ...OCSF_VARIANTS,
  ]);
});
afterAll(() => archive.stop());

test(`each column of the view has the value that tail --format ocsf prints (seed ${String(SEED)})`, async () => {
  const rows = await archive.query("SELECT * FROM netskope_audit_ocsf WHERE source = 'netskope'");
  const rowOf = new Map(rows.map((row) => [(row.metadata as Fields).uid, row]));
  const lines = await linesThatSqlCanRead();
  expect(lines.length).toBeGreaterThan(500);
  for (const { line, event } of lines) {
    const { source, dt, hour, ...attributes } = rowOf.get(event.rowId) ?? {};
    const time = String(event.fields.p_event_time);
    expect([source, dt, hour]).toEqual(['netskope', time.slice(0, 10), Number(time.slice(11, 13))]);
    expect(Object.keys(attributes)).toEqual(COMPARED);
    const ocsf: Fields = ocsfEventOf(event, ownText(line) ?? '');
    const expected = COMPARED.map((name) => [name, ocsf[name]]);
    expect(comparable(withData(attributes, JSON.parse))).toEqual(
      comparable(withData(Object.fromEntries(expected) as Fields, inTexts)),
    );
  }
});

test('each event has one row, with the days and sources of the view of events', async () => {
  const counted = (view: string) =>
    archive.query(
      `SELECT count(*) AS events, min(dt) AS first, max(dt) AS last FROM ${view} WHERE source = 'netskope'`,
    );
  expect(await counted('netskope_audit_ocsf')).toEqual(await counted('netskope_audit_events'));
});

/** The archived events, by their newest edition, but for those whose `supporting_data` Python wrote. */
async function linesThatSqlCanRead() {
  const lines = await archive.query("SELECT raw FROM netskope_audit_events WHERE source = 'netskope'");
  return lines.flatMap(({ raw }) => {
    const line = String(raw);
    const event = readArchivedEvent(JSON.parse(line));
    return event === undefined || line.includes(`"supporting_data":"{'`) ? [] : [{ line, event }];
  });
}

/** What is null is absent, and a number its digits: DuckDB gives 64-bit integers as texts. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : value;
  const present = Object.entries(value).filter(([, child]) => child !== null && child !== undefined);
  return Object.fromEntries(present.map(([name, child]) => [name, comparable(child)]));
}

/** The attributes with the `data` of both entities read, where they have some. */
function withData(attributes: Fields, read: (data: never) => unknown): Fields {
  const entities = ['entity', 'entity_result'].map((name) => {
    const entity = attributes[name] as Fields | null | undefined;
    const data = entity?.data ?? undefined;
    return [name, data === undefined ? entity : { ...entity, data: read(data as never) }] as const;
  });
  return { ...attributes, ...Object.fromEntries(entities) };
}

/** Values as `p_changes` has them. */
function inTexts(data: Fields): Fields {
  return Object.fromEntries(
    Object.entries(data).map(([path, value]) => [
      path,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
