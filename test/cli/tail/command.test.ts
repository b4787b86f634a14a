import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { grownEdition } from '../../../lib/local/netskope-simulator/events/audit-events';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import { DeployedPipeline } from '../deployed-pipeline';

const MINUTE_S = 60;

let deployed: DeployedPipeline;

/** An event whose action names it, so many minutes before noon of 2026-11-18, UTC. */
function event(name: string, minutesAgo: number, different: Readonly<Record<string, unknown>> = {}) {
  return simulatedLogin(`id-${name}`, NOW_S - minutesAgo * MINUTE_S, { audit_log_event: name, ...different });
}

/** The action in each line of output. */
function actions(stdout: string): string[] {
  return stdout.match(/Event \S+/g) ?? [];
}

beforeAll(async () => {
  deployed = await DeployedPipeline.start({ sourceIds: ['netskope', 'quiet'] });
  const { simulator } = deployed.pipeline;
  simulator.add([
    event('Event A', 25 * 60),
    event('Event B', 150),
    event('Event C', 61),
    event('Event D', 60),
    event('Event F', 10, { user: 'b@example.org\u001b[2J' }),
    event('Event G', 5, {
      user: 'service-account',
      supporting_data: { data_type: 'incidents', data_values: [403, 'POST', '/api/v2/incidents'] },
    }),
  ]);
  await deployed.pipeline.run({ startLookbackHours: 48 });
  deployed.pipeline.clock.pass(5 * MINUTE_S * 1000);
  // Archived last, although it happened before the others of its hour.
  simulator.add([{ ...event('Event E', 20), insertedAtS: NOW_S + 4 * MINUTE_S }]);
  await deployed.pipeline.run();
});

afterAll(() => deployed.stop());

describe('tail', () => {
  it('prints the newest events by event time, one readable line each, whenever they were archived', async () => {
    expect(await deployed.cli(['tail', 'netskope', '-n', '4'])).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        '2026-11-18 11:00:00 UTC  a@example.org                 Event D                       from 192.0.2.7',
        '2026-11-18 11:40:00 UTC  a@example.org                 Event E                       from 192.0.2.7',
        '2026-11-18 11:50:00 UTC  b@example.org\\u{001b}[2J      Event F                       user: a@example.org  from 192.0.2.7',
        '2026-11-18 11:55:00 UTC  service-account               Event G                       incidents: 403, POST, /api/v2/incidents',
        '',
      ].join('\n'),
    });
  });

  it('omits no newer event in favor of an older one in the first object of the hour', async () => {
    const { stdout } = await deployed.cli(['tail', 'netskope', '-n', '3']);
    expect(actions(stdout)).toEqual(['Event E', 'Event F', 'Event G']);
  });

  it('goes back over hours, and no further than asked', async () => {
    const { stdout } = await deployed.cli(['tail', 'netskope']);
    expect(actions(stdout)).toEqual(['Event B', 'Event C', 'Event D', 'Event E', 'Event F', 'Event G']);
    const further = await deployed.cli(['tail', 'netskope', '--hours', '48']);
    expect(actions(further.stdout)[0]).toBe('Event A');
  });

  it('prints with --json the records as they are archived, and nothing else', async () => {
    const { exitCode, stdout, stderr } = await deployed.cli(['tail', 'netskope', '-n', '1', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const archived = (await deployed.pipeline.archived()).find(({ line }) => line.includes('"id-Event G"'));
    expect(stdout).toBe(`${archived?.line}\n`);
  });

  it('prints as CSV the same events, each on a line', async () => {
    expect(await deployed.cli(['tail', 'netskope', '-n', '2', '--output', 'csv'])).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        '"time, UTC",user,what,on what,from where,edition,p_row_id',
        '2026-11-18 11:50:00,b@example.org\\u{001b}[2J,Event F,user: a@example.org,192.0.2.7,1,netskope:id-Event F',
        '2026-11-18 11:55:00,service-account,Event G,"incidents: 403, POST, /api/v2/incidents",,1,netskope:id-Event G',
        '',
      ].join('\r\n'),
    });
  });

  it('says if there is nothing, and with --json or as OCSF prints nothing', async () => {
    expect((await deployed.cli(['tail', 'quiet'])).stdout).toBe('No event of quiet in the last 24 h.\n');
    for (const options of [['--json'], ['--format', 'ocsf']])
      expect(await deployed.cli(['tail', 'quiet', ...options])).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: '',
      });
  });

  it('asks for the source if there are several, and lists them', async () => {
    expect(await deployed.cli(['tail'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: '✗ Which source? Stack NetskopeAudit has netskope, quiet.\n  Name one of them.\n',
    });
  });

  it('names an object in the archive that the collector did not write', async () => {
    const { aws } = deployed.pipeline;
    const Key = 'netskope_audit/source=quiet/dt=2026-11-18/hour=12/x.ndjson.gz';
    const client = new S3Client({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await client.send(new PutObjectCommand({ Bucket: 'netskope-audit-archive', Key, Body: 'no gzip' }));
    const { exitCode, stderr } = await deployed.cli(['tail', 'quiet']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `✗ Object ${Key} is not whole gzip; expected what the collector writes, gzip NDJSON.\n`,
    );
  });

  describe.each([{ json: [] }, { json: ['--json'] }])('--format ocsf $json', ({ json }) => {
    it('prints each event in OCSF, one JSON object a line, and nothing else', async () => {
      const args = ['tail', 'netskope', '-n', '2', '--format', 'ocsf', ...json];
      const { exitCode, stdout, stderr } = await deployed.cli(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const lines = stdout.split('\n').slice(0, -1);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        {
          class_uid: 3004,
          time: 1795002600000,
          actor: { user: { name: 'b@example.org\u001b[2J' } },
          metadata: { version: '1.5.0', uid: 'netskope:id-Event F', log_name: 'Netskope.Audit' },
          raw_data:
            '{"_id":"id-Event F","timestamp":1795002600,"type":"admin_audit_logs","user":"b@example.org\\u001b[2J",' +
            '"audit_log_event":"Event F",' +
            '"supporting_data":{"data_type":"user","data_values":["192.0.2.7","a@example.org"]}}',
        },
        { class_uid: 3004, message: 'Event G', unmapped: { supporting_data: { data_type: 'incidents' } } },
      ]);
    });
  });

  it('refuses another format', async () => {
    const { exitCode, stderr } = await deployed.cli(['tail', 'netskope', '--format', 'cef']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are line, ocsf.');
  });

  it('explains itself, with an example', async () => {
    const { exitCode, stdout } = await deployed.cli(['tail', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /Examples:\n {2}npx --no -- netskope-audit tail netskope -n 50 --follow\n {2}npx --no -- netskope-audit tail .*\n$/,
    );
  });
});

describe('tail of some events only', () => {
  const shown = async (...options: string[]): Promise<string[]> =>
    actions((await deployed.cli(['tail', 'netskope', ...options])).stdout);

  it('shows those of a user, by a part of the name in upper or lower case', async () => {
    expect(await shown('--user', 'B@Example')).toEqual(['Event F']);
  });

  it('shows those that did something, by a part of its name', async () => {
    expect(await shown('--event', 'event d')).toEqual(['Event D']);
  });

  it('leaves out every line that has one of the texts, wherever it stands', async () => {
    expect(await shown('--exclude', 'service-account', '--exclude', 'Event C')).toEqual([
      'Event B',
      'Event D',
      'Event E',
      'Event F',
    ]);
    expect(await shown('--exclude', '192.0.2.7')).toEqual(['Event G']);
    expect(await shown('--exclude', '/API/v2')).not.toContain('Event G');
  });

  it('shows those from a time on, to the second', async () => {
    expect(await shown('--since', '2026-11-18T11:40:00')).toEqual(['Event E', 'Event F', 'Event G']);
    expect(await shown('--since', '2026-11-18T11:40:01')).toEqual(['Event F', 'Event G']);
    expect((await shown('--since', '26h'))[0]).toBe('Event A');
  });

  it('looks back for as many of them as were asked for', async () => {
    expect(await shown('-n', '1', '--event', 'Event B')).toEqual(['Event B']);
  });

  it('shows with --json only these', async () => {
    const { stdout } = await deployed.cli(['tail', 'netskope', '--json', '--event', 'Event D']);
    expect(JSON.parse(stdout)).toMatchObject({ _id: 'id-Event D' });
  });

  it('says which there are none of', async () => {
    const said = async (...options: string[]): Promise<string> =>
      (await deployed.cli(['tail', 'netskope', ...options])).stdout;
    expect(await said('--user', 'nobody')).toBe('No such event of netskope in the last 24 h.\n');
    expect(await said('--since', '1m')).toBe('No event of netskope since 2026-11-18 12:04 UTC.\n');
  });

  it('is refused if the time is none, is older than what Netskope keeps, or is given beside --hours', async () => {
    const refused = async (...options: string[]): Promise<string> => {
      const { exitCode, stderr } = await deployed.cli(['tail', 'netskope', ...options]);
      expect(exitCode).toBe(2);
      return stderr.split('\n')[0] ?? '';
    };
    expect(await refused('--since', 'noon')).toBe(
      '✗ --since is "noon"; expected a time, UTC: 2026-11-22, 2026-11-22T09:30, or how long ago: 90d, 6h, 30m.',
    );
    expect(await refused('--since', '91d')).toBe('✗ --since 2026-08-19 12:05 UTC is more than 90 days ago.');
    expect(await refused('--since', '2h', '--hours', '3')).toContain("'--since <time>' cannot be used with");
  });
});

describe('tail --follow', () => {
  /** Archives one more event, a minute after the last. */
  async function archive(name: string): Promise<void> {
    const { clock, simulator } = deployed.pipeline;
    clock.pass(MINUTE_S * 1000);
    simulator.add([simulatedLogin(`id-${name}`, clock.nowMs() / 1000, { audit_log_event: name })]);
    await deployed.pipeline.run();
  }

  it('prints what is archived while it follows, each event once, until it is interrupted', async () => {
    const process = deployed.startCli(['tail', 'netskope', '-n', '1', '--follow', '--interval', '1']);
    await process.printed('Event G');
    await archive('Event H');
    await process.printed('Event H');
    await archive('Event I');
    await process.printed('Event I');
    process.interrupt();
    const { exitCode, stdout } = await process.end;
    expect(exitCode).toBe(130);
    expect(actions(stdout)).toEqual(['Event G', 'Event H', 'Event I']);
  });

  it('prints only what is wanted', async () => {
    const args = [
      'tail',
      'netskope',
      '-n',
      '1',
      '--follow',
      '--interval',
      '1',
      '--event',
      'I',
      '--exclude',
      'I2',
    ];
    const process = deployed.startCli(args);
    await process.printed('Event I');
    await archive('Event I2');
    await archive('Event I3');
    await process.printed('Event I3');
    process.interrupt();
    expect(actions((await process.end).stdout)).toEqual(['Event I', 'Event I3']);
  });

  it('ends quietly when its output is closed', async () => {
    const process = deployed.startCli(['tail', 'netskope', '-n', '1', '--follow', '--interval', '1']);
    await process.printed('Event I');
    process.closeOutput();
    await archive('Event J');
    const { exitCode, stderr } = await process.end;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('prints what is archived later in the chosen format', async () => {
    const args = ['tail', 'netskope', '-n', '1', '--follow', '--interval', '1', '--format', 'ocsf'];
    const process = deployed.startCli(args);
    await process.printed('Event J');
    await archive('Event K');
    await process.printed('Event K');
    process.interrupt();
    const { stdout } = await process.end;
    const events = stdout.trimEnd().split('\n');
    expect(events.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      'Event J',
      'Event K',
    ]);
  });

  it('prints an event that comes again with a field more no second time, and marks it where it is printed first', async () => {
    const process = deployed.startCli(['tail', 'netskope', '-n', '1', '--follow', '--interval', '1']);
    await process.printed('Event K');
    const { clock, simulator } = deployed.pipeline;
    await archive('Event L');
    await process.printed('Event L');
    const event = simulatedLogin('id-Event L', clock.nowMs() / 1000, { audit_log_event: 'Event L' });
    clock.pass(MINUTE_S * 1000);
    simulator.add([{ ...event, text: grownEdition(event.text), insertedAtS: clock.nowMs() / 1000 }]);
    await deployed.pipeline.run();
    await archive('Event M');
    await process.printed('Event M');
    process.interrupt();
    expect(actions((await process.end).stdout)).toEqual(['Event K', 'Event L', 'Event M']);

    const { stdout } = await deployed.cli(['tail', 'netskope', '-n', '2']);
    expect(stdout).toMatch(/^.* Event L .* \(edition 2\)\n.* Event M [^(]*\n$/);
  });
});
