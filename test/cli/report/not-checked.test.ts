import { ReportedArchive, sectionOf } from './reported-archive';

let archive: ReportedArchive;
beforeEach(async () => {
  archive = await ReportedArchive.start();
});
afterEach(() => archive.stop());

const report = (...args: string[]) => archive.report(...args);

describe('what cannot be checked is left out and said', () => {
  test('without a token: the stored events are counted all the same', async () => {
    await archive.scenario.fill({ token: '' });
    const { exitCode, stdout, html } = await report();
    expect(exitCode).toBe(5);
    expect(stdout).toContain(
      '! Nothing was found that breaks a promise, but 2 of 4 claims could not be checked.\n',
    );
    const why = 'Secret netskope-audit/netskope holds no domain and token yet.';
    expect(stdout).toContain(`! Comparison with Netskope, not checked: ${why}\n`);
    expect(sectionOf(html, 'Comparison with Netskope')).toContain(`Not checked: ${why} |`);
    expect(sectionOf(html, 'What was not checked')).toContain(`Comparison with Netskope: ${why} |`);
    expect(sectionOf(html, 'Audit report of netskope')).toContain(
      'Events3 archived, not compared with Netskope |',
    );
    expect(sectionOf(html, 'Events over time')).toContain(
      'hour, UTC | archive | quarantine | 2026-11-18 09:00 | 0 | 0 | 2026-11-18 10:00 | 2 | 0 |',
    );
  });

  test('where Netskope refuses the token', async () => {
    archive.scenario.deployed.pipeline.simulator.tokens = { valid: [] };
    const { exitCode, html } = await report();
    expect(exitCode).toBe(5);
    expect(sectionOf(html, 'Comparison with Netskope')).toContain(
      'Not checked: Netskope does not accept the token',
    );
  });

  test('where AWS denies one of the calls', async () => {
    archive.scenario.refuse('DescribeAlarms', 'AccessDenied', 403);
    const { exitCode, html } = await report();
    expect(exitCode).toBe(1);
    const why = 'AWS denied the call CloudWatch DescribeAlarms: no DescribeAlarms';
    expect(sectionOf(html, 'Collection and alarms')).toBe(`Not read: ${why} |`);
    expect(sectionOf(html, 'What was not checked')).toContain(`Alarms, conflicts and editions: ${why} |`);
  });

  test('where AWS denies the history of alarms: their states are read all the same', async () => {
    archive.scenario.refuse('DescribeAlarmHistory', 'AccessDenied', 403);
    const { exitCode, html } = await report();
    expect(exitCode).toBe(1);
    const why = 'AWS denied the call CloudWatch DescribeAlarmHistory: no DescribeAlarmHistory';
    expect(sectionOf(html, 'Audit report of netskope')).toContain(
      '11 alarms, 0 of them firing; history not read;',
    );
    expect(sectionOf(html, 'Collection and alarms')).toContain(`Their history was not read: ${why} |`);
    expect(sectionOf(html, 'What was not checked')).toContain(`Alarms of the period: ${why} |`);
  });

  test('a period that Netskope no longer keeps', async () => {
    const { exitCode, html } = await report('--from', '2026-08-01', '--to', '2026-08-06');
    expect(exitCode).toBe(0);
    expect(sectionOf(html, 'Comparison with Netskope')).toContain(
      'Not checked: The period begins more than 90 days ago, and Netskope keeps events for 90 days. |',
    );
    expect(sectionOf(html, 'Events over time')).toContain(
      'day, UTC | archive | quarantine | 2026-08-01 | 0 | 0 | 2026-08-02 | 0 | 0 |',
    );
  });
});
