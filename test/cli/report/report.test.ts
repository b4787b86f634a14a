import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LOCAL_BUCKET } from '../../../lib/local/local-deployment';
import { simulatedLogin } from '../../collector/audit-events';
import { exampleAlert } from '../../detector/example-alert';
import { quarantine } from '../../quarantine';
import { ReportedArchive, sectionOf, TEN_S } from './reported-archive';

let archive: ReportedArchive;
beforeEach(async () => {
  archive = await ReportedArchive.start();
});
afterEach(() => archive.stop());

const report = (...args: string[]) => archive.report(...args);

/** The commands that stand in a page, without those that need a folder of the reader's. */
function commandsIn(html: string): string[] {
  const found = [...html.matchAll(/<code>npx --no -- netskope-audit ([^<]*)<\/code>/g)].map(
    ([, args = '']) => args,
  );
  return [...new Set(found)].filter((args) => !args.includes('&#60;folder&#62;'));
}

async function storeAlert(headline: string): Promise<void> {
  const alert = exampleAlert({
    alert_id: 'many-deletes-20261118T100000Z-0123456789abcdef',
    headline,
    first_event_time: '2026-11-18T10:00:00Z',
  });
  await archive.scenario.deployed.pipeline.aws.objects.put({
    bucket: LOCAL_BUCKET,
    key: `alerts/netskope_audit/source=netskope/dt=2026-11-18/${alert.alert_id}.ndjson.gz`,
    body: gzipSync(`${JSON.stringify(alert)}\n`),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: true,
  });
}

describe('a period in which everything is as promised', () => {
  test('has a verdict, and ends with 0', async () => {
    const { exitCode, stdout, html } = await report();
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `✓ Every event that Netskope has of this period is stored, once, and nothing stored was changed.\nReport: ${archive.path}\n`,
    });
    const screen = sectionOf(html, 'Audit report of netskope');
    expect(screen).toContain(
      '2026-11-18 09:00 UTC to 2026-11-18 11:51 UTC | Every event that Netskope has of this period is stored, once, and nothing stored was changed. |',
    );
    expect(screen).toContain('Tenantcorp.goskope.com, source netskope |');
    expect(screen).toContain('Events3 archived, 3 at Netskope |');
    expect(screen).toMatch(/Hash chain4 lines, 3 objects, 0 findings; head 4:[0-9a-f]{64} \|/);
    expect(screen).toContain('Quarantine0 events, 0 of them archived since; 0 unreadable pages |');
    expect(screen).toContain(
      'Alarms and alerts11 alarms, 0 of them firing; 0 fired in the period; 0 alerts |',
    );
    expect(screen).toContain('Made2026-11-18 12:01 UTC by arn:aws:iam::000000000000:user/operator |');
  });

  test('has each claim, with how it was checked and what was found', async () => {
    const { html } = await report();
    expect(sectionOf(html, 'What is claimed').split(' | ').slice(5)).toEqual([
      'Every event of the period that Netskope has is stored, in the archive or in quarantine.',
      'Event by event, against another endpoint of Netskope than the collector reads.',
      'kept',
      'no missing event',
      'Every stored event of the period is one that Netskope has.',
      'By the same comparison.',
      'kept',
      'no extra event',
      'No event of the period is archived twice.',
      'By id and content of all archived events of an hour.',
      'kept',
      'no second copy',
      'No stored object was altered, removed or added since it was written.',
      'Every object of the source, of all time, was read and held against the hash chain.',
      'kept',
      '4 lines and 3 objects, each as it was written |',
    ]);
  });

  test('is shown hour by hour, and the chart has its numbers in words', async () => {
    const { html } = await report();
    expect(sectionOf(html, 'Events over time')).toContain(
      [
        'The longest time without an event is 1 hour: 2026-11-18 09:00 UTC to 2026-11-18 10:00 UTC.',
        'Events by hour of event time',
        'hour, UTC | Netskope | archive | quarantine | missing',
        '2026-11-18 09:00 | 0 | 0 | 0 | 0',
        '2026-11-18 10:00 | 2 | 2 | 0 | 0',
        '2026-11-18 11:00 | 1 | 1 | 0 | 0',
        'total | 3 | 3 | 0 | 0',
      ].join(' | '),
    );
    expect(html).toContain(
      'role="img" aria-label="Bar chart of 3 hours from 2026-11-18 09:00 to 2026-11-18 11:00 UTC. ' +
        'Most events were archived in 2026-11-18 10:00: 2. Without an event: 1 hour."',
    );
  });

  test('has versions, operator and deployment', async () => {
    const { html } = await report();
    expect(sectionOf(html, 'How this report was made')).toBe(
      [
        'Commandnpx --no -- netskope-audit report netskope --from 2026-11-18T09:00:00 --to 2026-11-18T11:51:00 --json --region us-east-1',
        'Versionscommand line 0.1.0, collector 0.1.0',
        'Deploymentstack NetskopeAudit, region us-east-1',
        'Archives3://netskope-audit-archive',
        'Operatorarn:aws:iam::000000000000:user/operator',
        'Tenantcorp.goskope.com',
        'Times are UTC. Hours are of event time. The file loads nothing and runs no script. |',
      ].join(' | '),
    );
  });

  test('says what was not checked all the same', async () => {
    const { html } = await report();
    expect(sectionOf(html, 'What was not checked')).toContain(
      'Heads of the chain that were kept outside of the account: none was given.',
    );
    expect(sectionOf(html, 'What was not checked')).not.toContain('Which alarms fired');
  });

  test('has commands beside its numbers, and each of them ends with 0', async () => {
    const commands = commandsIn((await report()).html);
    expect(commands.map((args) => args.split(' --')[0])).toEqual([
      'verify netskope',
      'verify netskope',
      'quarantine list netskope',
      'status',
      'alerts list netskope',
      'report netskope',
    ]);
    for (const args of commands) {
      const output = args.startsWith('report') ? ['--file', archive.path] : [];
      expect(await archive.cli([...args.split(' '), ...output])).toMatchObject({ exitCode: 0 });
    }
  });

  test('has the retention in the commands that need it', async () => {
    const commands = commandsIn((await report('--retention-days', '30')).html);
    expect(commands.filter((args) => args.includes('--retention-days 30'))).toEqual([
      'verify netskope --chain --retention-days 30 --region us-east-1',
      'report netskope --from 2026-11-18T09:00:00 --to 2026-11-18T11:51:00 --retention-days 30 --json --region us-east-1',
    ]);
  });

  test('is one file that loads nothing and runs nothing, for the operator alone', async () => {
    const { html } = await report();
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object)|\b(?:src|href|srcset)=|url\(|@import/);
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;">`,
    );
    expect(statSync(archive.path).mode & 0o777).toBe(0o600);
  });

  test('is plain data with --json', async () => {
    const { stdout } = await report('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      sourceId: 'netskope',
      verdict: { result: 'kept' },
      hours: { isChecked: true, withoutTime: 0 },
      netskope: { isChecked: true, withoutTime: 0, notes: [] },
      chain: { isChecked: true, findings: [], keptHeads: [], stock: { lines: 4, objects: 3 } },
      quarantine: { fromDay: '2026-11-18', toDay: '2026-11-18', events: 0, redriven: 0 },
      file: archive.path,
    });
  });
});

describe('events that Netskope has and the archive has not', () => {
  test('break a promise, and are named with their hours', async () => {
    archive.miss(simulatedLogin('m1', TEN_S + 60), simulatedLogin('m2', TEN_S - 1800));
    const { exitCode, stdout, html } = await report();
    expect({ exitCode, stdout }).toEqual({
      exitCode: 3,
      stdout: `✗ A promise is broken: 2 missing events.\nReport: ${archive.path}\n`,
    });
    expect(sectionOf(html, 'Audit report of netskope')).toContain(
      '| A promise is broken: 2 missing events. |',
    );
    expect(sectionOf(html, 'Comparison with Netskope')).toContain(
      [
        'Hours that differ: 2',
        'hour, UTC | Netskope | archive | quarantine | missing | extra | double',
        '2026-11-18 09:00 | 1 | 0 | 0 | 1 | 0 | 0',
        '2026-11-18 10:00 | 3 | 2 | 0 | 1 | 0 | 0',
        'Events that differ',
        'id | time, UTC | kind',
        'm2 | 2026-11-18 09:30:00 | missing',
        'm1 | 2026-11-18 10:01:00 | missing',
      ].join(' | '),
    );
    expect(html).toContain('Events are missing in 2 hours: 2026-11-18 09:00 (1), 2026-11-18 10:00 (1)."');
  });
});

test('what the live feed has not come to yet is missing, and the first screen says why', async () => {
  archive.scenario.deployed.pipeline.clock.pass(3_600_000);
  archive.miss(simulatedLogin('m1', TEN_S + 3 * 3600 - 900));
  const { exitCode, html } = await report('--to', '2026-11-18T12:50');
  expect(exitCode).toBe(3);
  expect(sectionOf(html, 'Audit report of netskope')).toContain(
    '| A promise is broken: 1 missing event. | The live feed stands at 2026-11-18 12:01 UTC: what Netskope has of the time after it is not collected yet. |',
  );
});

describe('an altered object', () => {
  test('breaks a promise, and the report is written although its events cannot be read', async () => {
    const key = archive.scenario.deployed.pipeline.aws.objects
      .keys(LOCAL_BUCKET)
      .find((name) => name.includes('/hour=11/'));
    await archive.scenario.overwrite(key ?? '', 'no gzip');
    const { exitCode, stdout, html } = await report();
    expect(exitCode).toBe(3);
    expect(stdout).toContain('✗ A promise is broken: 1 altered among 4 lines and 3 objects.\n');
    expect(sectionOf(html, 'Hash chain')).toContain(`There is 1 finding. |`);
    expect(sectionOf(html, 'Hash chain')).toContain(
      `| altered | ${key} | listed in line 3: 7 bytes with SHA-256`,
    );
    expect(sectionOf(html, 'Events over time')).toContain(`Not counted: Object ${key} is not whole gzip`);
    expect(sectionOf(html, 'What was not checked')).toContain(
      `Stored events: Object ${key} is not whole gzip`,
    );
  });
});

test('conflicts, editions, quarantine and redrive are counted', async () => {
  await archive.collect(
    simulatedLogin('c', TEN_S + 1800, { user: 'b@example.org' }),
    simulatedLogin('q', TEN_S + 1801, { type: undefined }),
  );
  const { exitCode, html } = await report();
  expect(exitCode).toBe(0);
  expect(sectionOf(html, 'Conflicts and editions')).toContain(
    'Archived events of the period with a conflict: 2 | id | time, UTC | kind | c | 2026-11-18 10:30:00 | conflict | c | 2026-11-18 10:30:00 | conflict |',
  );
  expect(sectionOf(html, 'Conflicts and editions')).toContain(
    'events | count | new editions of archived events | 0 | conflicts with archived events | 1 |',
  );
  expect(sectionOf(html, 'Quarantine and redrive')).toContain(
    'Events from 2026-11-18 to 2026-11-18, by day of arrival: 1, of which 0 are archived since.',
  );
  expect(sectionOf(html, 'Events over time')).toContain('2026-11-18 10:00 | 4 | 3 | 1 | 0 |');
});

test('what was redriven is counted in the days of its arrival', async () => {
  const event = simulatedLogin('r', TEN_S + 60);
  archive.miss(event);
  await quarantine(archive.scenario.deployed.pipeline.aws, '2026-11-18/a', [event.text, '{"_id":true}']);
  await archive.cli(['quarantine', 'redrive']);
  const { html } = await report();
  expect(sectionOf(html, 'Quarantine and redrive')).toContain(
    'Events from 2026-11-18 to 2026-11-18, by day of arrival: 2, of which 1 are archived since.',
  );
});

test('alarms that fire and alerts of the period are listed', async () => {
  archive.scenario.putAlarm('behind', { StateValue: 'ALARM' });
  await storeAlert('Many objects deleted by alice@corp.example');
  const { exitCode, html } = await report();
  expect(exitCode).toBe(0);
  expect(sectionOf(html, 'Audit report of netskope')).toContain(
    '11 alarms, 1 of them firing; 0 fired in the period; 1 alert |',
  );
  expect(sectionOf(html, 'Collection and alarms')).toContain(
    '| NetskopeAudit-netskope-behind | fires | 2026-11-18 12:01 UTC |',
  );
  expect(sectionOf(html, 'Alerts')).toContain(
    '| 2026-11-18 10:00:00 | high | 12 | Many objects deleted by alice@corp.example | many-deletes-20261118T100000Z-0123456789abcdef |',
  );
});

describe('the alarms of the period', () => {
  const BEHIND = 'NetskopeAudit-netskope-behind';
  const setState = (name: string, StateValue: 'OK' | 'ALARM', StateReason: string, minutes = 0) => {
    const { aws, clock } = archive.scenario.deployed.pipeline;
    aws.alarms.setState(name, { StateValue, StateReason });
    clock.pass(minutes * 60_000);
  };

  test('are told with each change, its time and its reason, though none fires any more', async () => {
    setState(BEHIND, 'ALARM', 'Threshold Crossed: 1 datapoint [7200.0] was greater than 3600.0.', 20);
    setState(BEHIND, 'OK', 'Threshold Crossed: 1 datapoint [60.0] was not greater than 3600.0.', 45);
    setState('NetskopeAudit-netskope-no-data', 'ALARM', 'after the period');
    const { html } = await report('--to', '2026-11-18T12:50');
    expect(sectionOf(html, 'Audit report of netskope')).toContain(
      '11 alarms, 1 of them firing; 1 fired in the period; 0 alerts |',
    );
    expect(sectionOf(html, 'Collection and alarms')).toContain(
      [
        `Alarms that fired in the period: ${BEHIND}.`,
        'How they changed, the oldest change first',
        'time, UTC | alarm | before | after | reason',
        `2026-11-18 12:01:00 | ${BEHIND} | does not fire | fires | Threshold Crossed: 1 datapoint [7200.0] was greater than 3600.0.`,
        `2026-11-18 12:21:00 | ${BEHIND} | fires | does not fire | Threshold Crossed: 1 datapoint [60.0] was not greater than 3600.0.`,
        'Gives these numbers again: aws cloudwatch describe-alarm-history --region us-east-1 --history-item-type StateUpdate --start-date 2026-11-18T09:00:00Z --end-date 2026-11-18T12:50:00Z |',
      ].join(' | '),
    );
  });

  test('include one that has fired since before it, whether or not it has ended', async () => {
    setState(BEHIND, 'ALARM', 'before the period');
    setState('NetskopeAudit-netskope-no-data', 'ALARM', 'before the period', 100);
    setState(BEHIND, 'OK', 'after the period');
    const { html } = await report('--from', '2026-11-18T12:30', '--to', '2026-11-18T13:30');
    expect(sectionOf(html, 'Collection and alarms')).toContain(
      `| Alarms that fired in the period: ${BEHIND}, NetskopeAudit-netskope-no-data. | Gives these`,
    );
  });

  test('are known for 14 days, and the report says so', async () => {
    archive.scenario.deployed.pipeline.clock.pass(31 * 86_400_000);
    setState(BEHIND, 'ALARM', 'at last');
    const { html } = await report();
    expect(sectionOf(html, 'Collection and alarms')).toContain(
      '| No alarm fired in the period. CloudWatch has their history from 2026-12-05 12:01 UTC on. |',
    );
    expect(sectionOf(html, 'What was not checked')).toContain(
      '| Which alarms fired before 2026-12-05 12:01 UTC: CloudWatch is sure to keep their history for 14 days. |',
    );
  });
});

describe('heads that were kept outside', () => {
  const mail = (text: string): string => {
    const path = join(archive.folder, 'daily message.txt');
    writeFileSync(path, text);
    return path;
  };

  test('are what the chain is held against, and stand in the commands', async () => {
    const before = await report('--json');
    const { chain } = JSON.parse(before.stdout) as { chain: { stock: { head: { sha256: string } } } };
    const path = mail(`netskope: 3 events, head 4:${chain.stock.head.sha256}\n`);
    const { exitCode, html } = await report('--heads', path);
    expect(exitCode).toBe(0);
    const section = sectionOf(html, 'Hash chain');
    expect(section).toContain(`| of these, kept outside of the account, in ${path} | 1 |`);
    expect(section).toContain(
      `The chain was held against 1 head kept earlier, the newest first | line | SHA-256 | kept in | 4 | ${chain.stock.head.sha256} | --heads |`,
    );
    expect(section).toContain(`verify netskope --chain --heads '${path}' --region us-east-1 |`);
    expect(sectionOf(html, 'What was not checked')).toContain(
      `What came after the heads of the chain that were kept outside of the account and are in ${path}.`,
    );
  });

  test('break the promise that nothing was changed where the chain does not go through them', async () => {
    const { exitCode, html } = await report(
      '--heads',
      mail(`netskope: 3 events, head 2:${'0'.repeat(64)}\n`),
    );
    expect(exitCode).toBe(3);
    expect(sectionOf(html, 'Hash chain')).toContain('There is 1 finding. |');
  });

  test('that are none are refused before anything is checked', async () => {
    const { exitCode, stderr } = await archive.cli([
      'report',
      '--file',
      archive.path,
      '--heads',
      mail('hello'),
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('holds no head of source netskope.');
    expect(stderr).not.toContain('compare netskope');
  });
});

test('a source that a later version collects is not reported: the command line has to be updated', async () => {
  await archive.scenario.deployed.putCheckpoint({
    streamId: 'netskope#audit',
    indexName: 'netskope-index',
    phase: 'unstarted',
    startEpochS: TEN_S,
    sequence: 0,
    caughtUp: false,
    totals: { archived: 0, quarantined: 0, drifted: 0 },
    announced: { archived: 0, quarantined: 0, drifted: 0 },
    version: 1,
    format: 2,
  });
  const { exitCode, stderr } = await archive.cli(['report', '--file', archive.path]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('✗ A later version is in use: the checkpoint of netskope#audit has format 2');
});

test('whatever somebody puts into an event or a name is shown as text', async () => {
  const hostile = '<script>alert(1)</script>"\'&\u001b[2J\u202e';
  archive.miss(simulatedLogin(hostile, TEN_S + 60));
  await storeAlert(`"><img src=x onerror=alert(1)>${hostile}`);
  await quarantine(archive.scenario.deployed.pipeline.aws, '2026-11-18/a', ['{"_id":true}'], {
    errors: [`</td><svg onload=alert(1)>${hostile}`],
  });
  const { html } = await report();
  expect(html).not.toMatch(/<script|<img|<svg onload|[\u001b\u202e]/);
  const shown = '<script>alert(1)</script>"\'&\\u{001b}[2J\\u{202e}';
  expect(sectionOf(html, 'Comparison with Netskope')).toContain(
    `| ${shown} | 2026-11-18 10:01:00 | missing |`,
  );
  expect(sectionOf(html, 'Alerts')).toContain(`| "><img src=x onerror=alert(1)>${shown} |`);
  expect(sectionOf(html, 'Quarantine and redrive')).toContain(`| </td><svg onload=alert(1)>${shown} |`);
});
