import { glueView } from '../../../lib/aws/search/glue-catalog';

const VIEW = {
  name: 'tides',
  description: 'Tides.',
  columns: [
    'bigint',
    'array(varchar)',
    'map(varchar, array(integer))',
    'row("user" row("name" varchar, "ids" array(bigint)), "count" integer)',
    'array(row("key" varchar, "values" map(varchar, bigint)))',
  ].map((type, place) => ({ name: `c${String(place)}`, type, value: 'NULL', comment: 'A column.' })),
  sql: 'SELECT 1',
};

test('the columns of a view have the types of Trino in its definition, and those of Hive in the catalog', () => {
  const { viewOriginalText, storageDescriptor } = glueView(VIEW, 'db');
  const [, base64 = ''] = /^\/\* Presto View: (\S+) \*\/$/.exec(viewOriginalText ?? '') ?? [];
  expect(JSON.parse(Buffer.from(base64, 'base64').toString())).toEqual({
    originalSql: 'SELECT 1',
    catalog: 'awsdatacatalog',
    schema: 'db',
    columns: VIEW.columns.map(({ name, type }) => ({ name, type })),
  });
  expect(storageDescriptor).toMatchObject({
    columns: [
      { type: 'bigint' },
      { type: 'array<string>' },
      { type: 'map<string,array<int>>' },
      { type: 'struct<user:struct<name:string,ids:array<bigint>>,count:int>' },
      { type: 'array<struct<key:string,values:map<string,bigint>>>' },
    ],
  });
});
