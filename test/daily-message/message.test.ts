import type { Verification } from '../../lambdas/contract/storage/verification';
import type { DeploymentState } from '../../lambdas/daily-message/message';
import { dailyMessage } from '../../lambdas/daily-message/message';

/** 2026-11-22 07:00 UTC. */
const SEVEN_MS = 1_795_330_800_000;
const HOUR_MS = 3_600_000;
const SHA256 = '7a42d3ef0d76c20497bb7b855cc5658610a9942e68868be529260a8d4b99c5b3';

function sent(different: Partial<DeploymentState> = {}): { subject: string; lines: string[] } {
  const state = { deploymentName: 'NetskopeAudit', alarms: [], sources: [], ...different };
  const { subject, message } = dailyMessage(state, SEVEN_MS);
  return { subject, lines: message.split('\n') };
}

it('says that all is well', () => {
  const { subject, lines } = sent({
    sources: [
      {
        sourceId: 'corp',
        archivedYesterday: 1203,
        lastDayOfToken: '2027-06-30',
        chainHead: { number: 4711, sha256: SHA256 },
      },
    ],
  });
  expect(subject).toBe('NetskopeAudit, daily message: no alarm fires');
  expect(lines).toEqual([
    'In deployment NetskopeAudit no alarm fires.',
    '',
    'No token is known to end within 30 days.',
    '',
    'Events that the live feed archived on 2026-11-21 (UTC), and the head of the hash chain now. Keep this message outside of this AWS account: npx --no -- netskope-audit verify <source id> --chain --heads <file> proves later that nothing before the head was changed.',
    `corp: 1,203 events, head 4711:${SHA256}`,
  ]);
});

it('says which alarms fire and for how long, the longest first', () => {
  const { subject, lines } = sent({
    alarms: [
      { name: 'NetskopeAudit-dead-letters', sinceMs: SEVEN_MS - 119 * 60_000 },
      { name: 'NetskopeAudit-corp-behind', sinceMs: SEVEN_MS - 71 * HOUR_MS },
      { name: 'NetskopeAudit-corp-no-data', sinceMs: SEVEN_MS - 47 * HOUR_MS },
    ],
  });
  expect(subject).toBe('NetskopeAudit, daily message: 3 alarms fire');
  expect(lines.slice(0, 5)).toEqual([
    'In deployment NetskopeAudit 3 alarms fire.',
    'NetskopeAudit-corp-behind: for 2 days, since 2026-11-19 08:00 UTC',
    'NetskopeAudit-corp-no-data: for 47 hours, since 2026-11-20 08:00 UTC',
    'NetskopeAudit-dead-letters: for 119 minutes, since 2026-11-22 05:01 UTC',
    'What to do is in docs/runbook.md.',
  ]);
});

it('speaks of one alarm in the singular', () => {
  expect(sent({ alarms: [{ name: 'NetskopeAudit-dead-letters', sinceMs: SEVEN_MS }] }).subject).toBe(
    'NetskopeAudit, daily message: 1 alarm fires',
  );
});

it('counts down tokens in their last 30 days, the first to end first, until they are replaced', () => {
  const days = {
    far: '2026-12-23',
    last: '2026-12-22',
    soon: '2026-11-23',
    now: '2026-11-22',
    gone: '2026-11-21',
  };
  const { lines } = sent({
    sources: [
      { sourceId: 'unknown' },
      ...Object.entries(days).map(([sourceId, lastDayOfToken]) => ({ sourceId, lastDayOfToken })),
    ],
  });
  expect(lines.slice(2, 7)).toEqual([
    'Tokens that end within 30 days:',
    'gone: 2026-11-21, over',
    'now: 2026-11-22, today',
    'soon: 2026-11-23, tomorrow',
    'last: 2026-12-22, in 30 days',
  ]);
});

it('tells a source without events from one that no run has counted, and one without a manifest', () => {
  const { lines } = sent({ sources: [{ sourceId: 'idle', archivedYesterday: 0 }, { sourceId: 'new' }] });
  expect(lines.slice(-2)).toEqual(['idle: 0 events, head none', 'new: not counted, head none']);
});

it('fits into a message of SNS when everything fires', () => {
  const alarms = Array.from({ length: 5000 }, (_, place) => ({
    name: `NetskopeAuditSources25-${'a'.repeat(40)}-credentials-refused-${place}`,
    sinceMs: SEVEN_MS,
  }));
  const sources = Array.from({ length: 500 }, (_, place) => ({
    sourceId: `${'a'.repeat(37)}${place}`,
    archivedYesterday: 1_000_000,
    lastDayOfToken: '2026-11-21',
    chainHead: { number: 1_000_000, sha256: SHA256 },
  }));
  const { lines } = sent({ alarms, sources });
  expect(lines[201]).toBe('and 4800 more');
  expect(Buffer.byteLength(lines.join('\n'))).toBeLessThan(256 * 1024);
});

describe('the verification of the archive', () => {
  const head = { number: 4711, sha256: SHA256 };
  const told = (verifications: Readonly<Record<string, Verification>>): string[] => {
    const sources = Object.entries(verifications).map(([sourceId, verification]) => ({
      sourceId,
      verification,
    }));
    const { lines } = sent({ sources });
    return lines.slice(
      4,
      lines.findIndex((line) => line.startsWith('Events that')),
    );
  };

  it('is not mentioned while the archive is whole and was verified within two days', () => {
    const completedAtMs = SEVEN_MS - 48 * HOUR_MS + 1;
    expect(told({ corp: { head, completedAtMs, damagedLines: [] } })).toEqual([]);
  });

  it('names the sources with damage, and the first of the lines', () => {
    const completedAtMs = SEVEN_MS - HOUR_MS;
    const verifications = {
      corp: { head, completedAtMs, damagedLines: [12] },
      emea: { head, completedAtMs, damagedLines: [] },
      apac: { head, completedAtMs, damagedLines: [1, 5, 4000] },
    };
    expect(told(verifications)).toEqual([
      'The archive is damaged. npx --no -- netskope-audit verify <source id> --chain says what is altered or gone:',
      'corp: line 12 of the manifest',
      'apac: line 1 of the manifest and 2 more',
      '',
    ]);
  });

  it('names the sources that were not verified for two days, or never as a whole', () => {
    const verifications = {
      corp: { head, completedAtMs: SEVEN_MS - 48 * HOUR_MS, damagedLines: [] },
      emea: { head, damagedLines: [] },
    };
    expect(told(verifications)).toEqual([
      'Not verified as a whole for 2 days:',
      'corp: last on 2026-11-20, up to line 4711 of the manifest',
      'emea: never, up to line 4711 of the manifest',
      '',
    ]);
  });
});
