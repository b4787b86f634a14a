import { readdirSync } from 'node:fs';
import { runCli } from '../run-cli';
import { MORNING, ReportedArchive } from './reported-archive';

let archive: ReportedArchive;
beforeEach(async () => {
  archive = await ReportedArchive.start();
});
afterEach(() => archive.stop());

test('the name of the file has source and period', async () => {
  const { aws, clock, simulator } = archive.scenario.deployed.pipeline;
  const { exitCode, stdout } = await runCli({
    args: ['report', ...MORNING],
    environment: { ...aws.environment(), NETSKOPE_ENDPOINT_URL: simulator.url },
    nowMs: clock.nowMs(),
    folder: archive.folder,
  });
  const name = 'netskope-audit-report-netskope-20261118T090000Z-20261118T115100Z.html';
  expect({ exitCode, stdout, files: readdirSync(archive.folder) }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining(`Report: ${name}\n`) as unknown,
    files: [name],
  });
});

test('a file that cannot be written is refused before anything is checked', async () => {
  const { exitCode, stdout, stderr } = await archive.cli(['report', '--file', '/no-such-folder/report.html']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('/no-such-folder/report.html cannot be written: ENOENT');
  expect(stderr).not.toContain('compare netskope');
});
