import { supportingDataOf } from '../../../../lambdas/detector/core/event/supporting-data';

test.each([
  ['an object with a list', { data_type: 'user', data_values: ['192.0.2.1'] }, 'user', ['192.0.2.1']],
  [
    'a list with a number first',
    { data_type: 'incidents', data_values: [403, 'POST'] },
    'incidents',
    [403, 'POST'],
  ],
  ['a list with a flag', { data_type: 'policy', data_values: [false] }, 'policy', [false]],
  ['a bare text', { data_type: 'hostname', data_values: 'HOST123' }, 'hostname', ['HOST123']],
  ['a list as text', { data_type: 'x', data_values: '[403,"POST"]' }, 'x', [403, 'POST']],
  ['a type with blanks around it', { data_type: ' User ', data_values: ['a'] }, 'user', ['a']],
  ['a type that is null', { data_type: null, data_values: [''] }, '', ['']],
  ['an empty text', { data_type: 'user', data_values: '' }, 'user', []],
  ['no values', { data_type: 'user' }, 'user', []],
  ['values that are null', { data_type: 'user', data_values: null }, 'user', []],
  ['a list in place of the object', ['192.0.2.1'], '', ['192.0.2.1']],
  ['a text in place of the object', 'HOST123', '', ['HOST123']],
  ['a number in place of the object', 403, '', [403]],
  ['JSON as text', '{"data_type":"Admin","data_values":["a"]}', 'admin', ['a']],
  [
    'Python as text',
    "{'data_type': 'user', 'data_values': ['192.0.2.1', 'o\\'neil']}",
    'user',
    ['192.0.2.1', "o'neil"],
  ],
  ['null', null, '', []],
  ['absent', undefined, '', []],
])('%s', (_what, supporting_data, type, values) => {
  expect(supportingDataOf({ supporting_data })).toStrictEqual({ type, values });
});
