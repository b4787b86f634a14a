import type { Affected } from '../../lambdas/fleet/message';
import { changeMessage, NOBODY_AFFECTED } from '../../lambdas/fleet/message';

function message(told: Partial<Affected>, affected: Partial<Affected>) {
  return changeMessage('NetskopeAudit', {
    told: { ...NOBODY_AFFECTED, ...told },
    affected: { ...NOBODY_AFFECTED, ...affected },
  });
}

it('is not sent while nothing changes, nor when fewer sources are affected', () => {
  expect(message({}, {})).toBeUndefined();
  expect(message({ behind: ['corp', 'emea'] }, { behind: ['corp', 'emea'] })).toBeUndefined();
  expect(message({ behind: ['corp', 'emea'] }, { behind: ['emea'] })).toBeUndefined();
});

it('names the sources that have come to be affected, those told before, and what it means', () => {
  const sent = message({ 'no-data': ['corp'] }, { 'no-data': ['corp', 'apac', 'emea'], behind: ['emea'] });
  expect(sent?.subject).toBe('ALARM: NetskopeAudit, 2 more sources');
  expect(sent?.text.split('\n')).toEqual([
    'ALARM: no-data, 2 more, 3 in all.',
    'What it means: No audit event of this source was archived during the whole window. See docs/runbook.md#no-data.',
    'More: apac, emea',
    'Told before: corp',
    '',
    'ALARM: behind, 1 more, 1 in all.',
    'What it means: The archive of this source is further behind the present than late events explain. See docs/runbook.md#behind.',
    'More: emea',
  ]);
});

it('speaks of one source in the singular', () => {
  expect(message({}, { quarantined: ['corp'] })?.subject).toBe('ALARM: NetskopeAudit, 1 more source');
});

it('tells when no source is affected any more', () => {
  expect(message({ behind: ['corp'], 'no-data': ['corp'] }, { 'no-data': ['corp'] })).toEqual({
    subject: 'OK: NetskopeAudit, behind',
    text: 'OK: behind is about no source any more.',
  });
});

it('tells of a source that is affected anew, although others were all the time', () => {
  const sent = message({ behind: ['corp'] }, { behind: ['emea'] });
  expect(sent?.text).toContain('ALARM: behind, 1 more, 1 in all.');
});

it('names fifty sources of a thousand, and fits into a mail', () => {
  const ids = Array.from({ length: 1000 }, (_, place) => `${'tenant-'.padEnd(36, 'x')}${1000 + place}`);
  const all = Object.fromEntries(Object.keys(NOBODY_AFFECTED).map((kind) => [kind, ids]));
  const sent = message({}, all);
  expect(sent?.subject).toBe('ALARM: NetskopeAudit, 1000 more sources');
  expect(sent?.text.match(/, and 950 more$/gm)).toHaveLength(7);
  // Amazon SNS API reference, Publish: 256 KiB, and a subject of 100 characters.
  expect(Buffer.byteLength(sent?.text ?? '')).toBeLessThan(256 * 1024);
  expect(message(all, {})?.subject).toBe(
    'OK: NetskopeAudit, no-data, not-running, credentials-refused, behind, quarantined, events-recovered,',
  );
});
