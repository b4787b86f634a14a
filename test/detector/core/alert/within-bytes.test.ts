import { withinBytes } from '../../../../lambdas/detector/core/alert/within-bytes';
import { exampleAlert } from '../../example-alert';

test('what has as many bytes as allowed stays whole, with one more it loses the events', () => {
  const alert = exampleAlert({ title: 'Löschung' });
  const rows = alert.rows.map(({ event: _, ...row }) => row);
  const bytes = Buffer.byteLength(JSON.stringify([alert]));
  expect(JSON.parse(withinBytes([alert], bytes, JSON.stringify))).toEqual([alert]);
  expect(JSON.parse(withinBytes([alert], bytes - 1, JSON.stringify))).toEqual([{ ...alert, rows }]);
});
