import { gzipSync } from 'node:zlib';
import { login } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import { quarantine, quarantinePage } from '../../quarantine';
import { DeployedPipeline } from '../deployed-pipeline';

const text = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));
const HOPELESS = '{"_id":true}';
const NO_PAGES = { redriven: 0, stillUnreadable: 0, archived: 0, quarantined: 0, alreadyHeld: 0 };
const HTML_REASON = 'the%20body%20is%20text%2Fhtml%2C%20not%20JSON';

let deployed: DeployedPipeline;
beforeEach(async () => {
  deployed = await DeployedPipeline.start();
  await deployed.pipeline.run({ startLookbackHours: 0 });
});
afterEach(() => deployed.stop());

/** Runs a command that must succeed. @returns what it printed */
async function output(...args: string[]): Promise<string> {
  const end = await deployed.cli(args);
  expect(end).toMatchObject({ exitCode: 0 });
  return end.stdout;
}

async function values(...args: string[]): Promise<unknown[]> {
  const lines = (await output(...args, '--json')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as unknown);
}

async function archivedIds(): Promise<string[]> {
  const lines = await deployed.pipeline.archived();
  return lines.map(({ line }) => (JSON.parse(line) as { _id: string })._id).sort();
}

const put = (place: string, events: readonly (string | Buffer)[], arrived_at: string, errors: string[]) =>
  quarantine(deployed.pipeline.aws, place, events, { arrived_at, errors });

const putPage = (place: string, body: string | Buffer, metadata: Parameters<typeof quarantinePage>[3] = {}) =>
  quarantinePage(deployed.pipeline.aws, place, Buffer.from(body), { reason: HTML_REASON, ...metadata });

/** A page that today's version reads. */
const readable = (...events: string[]): string => `\ufeff{"ok":true,"result":[${events.join(',')}]}`;

describe('quarantine list', () => {
  test('groups rejected events by reason, whatever the received value, the largest group first', async () => {
    await put('2026-11-16/a', ['1'], '2026-11-16 08:00:00.000000000', ['the event is not UTF-8']);
    await put('2026-11-17/a', ['2'], '2026-11-17 09:00:00.000000000', [
      'timestamp must be integer, received string "yesterday"',
      'user must be string, received null',
    ]);
    await put('2026-11-18/a', ['3', '4'], '2026-11-18 10:00:00.000000000', [
      'timestamp must be integer, received array',
      'user must be string, received number 7',
    ]);
    expect(await output('quarantine', 'list', 'netskope')).toBe(
      [
        'events  redriven  first arrival, UTC   last arrival, UTC    reasons',
        '     3         0  2026-11-17 09:00:00  2026-11-18 10:00:00  timestamp must be integer',
        '                                                            user must be string',
        '     1         0  2026-11-16 08:00:00  2026-11-16 08:00:00  the event is not UTF-8',
        '4 events since 2026-10-20, 0 archived since.',
        '',
      ].join('\n'),
    );
  });

  test('is as CSV one table of events and pages, a line for each, with reasons from outside kept from being formulas', async () => {
    await put('2026-11-18/a', ['1', '2'], '2026-11-18 10:00:00.000000000', ['odd', '@SUM(A1)']);
    await putPage('2026-11-17/p', readable());
    await putPage('2026-11-18/p', '<html>', { reason: 'HTTP 500, "text/html"' });
    await output('quarantine', 'redrive');
    expect(await output('quarantine', 'list', '--output', 'csv')).toBe(
      [
        'kind,rejected,redriven,"first arrival, UTC","last arrival, UTC",reasons',
        "event,2,0,2026-11-18 10:00:00,2026-11-18 10:00:00,odd;' @SUM(A1)",
        'page,1,1,2026-11-17,2026-11-17,"the body is text/html, not JSON"',
        'page,1,0,2026-11-18,2026-11-18,"HTTP 500, ""text/html"""',
        '',
      ].join('\r\n'),
    );
  });

  test('counts events that have been archived since', async () => {
    await put('2026-11-18/a', [text('e1', NOW_S), HOPELESS], '2026-11-18 10:00:00.000000000', ['odd']);
    await output('quarantine', 'redrive');
    expect(await values('quarantine', 'list')).toEqual([
      {
        sourceId: 'netskope',
        fromDay: '2026-10-20',
        events: 2,
        redriven: 1,
        groups: [
          {
            reasons: ['odd'],
            events: 2,
            redriven: 1,
            firstArrivedAt: '2026-11-18 10:00:00.000000000',
            lastArrivedAt: '2026-11-18 10:00:00.000000000',
          },
        ],
        pages: [],
      },
    ]);
  });

  test('lists the pages that could not be read, with day, size and reason, and whether they are redriven', async () => {
    await putPage('2026-11-16/a', '<html></html>');
    await putPage('2026-11-18/a', readable(text('e1', NOW_S)), { reason: 'the%20body%20is%20%1B%5B31mred' });
    await output('quarantine', 'redrive');
    expect(await output('quarantine', 'list', 'netskope')).toBe(
      [
        'day, UTC    bytes  redriven  page could not be read because',
        '2026-11-16     13  no        the body is text/html, not JSON',
        '2026-11-18    230  yes       the body is \\u{001b}[31mred',
        '2 pages since 2026-10-20, 1 redriven since.',
        '',
      ].join('\n'),
    );
    expect(await values('quarantine', 'list', '--days', '3')).toEqual([
      {
        sourceId: 'netskope',
        fromDay: '2026-11-16',
        events: 0,
        redriven: 0,
        groups: [],
        pages: [
          {
            key: 'quarantine/pages/netskope_audit/source=netskope/dt=2026-11-16/a.page',
            day: '2026-11-16',
            bytes: 13,
            isRedriven: false,
            reason: 'the body is text/html, not JSON',
          },
          expect.objectContaining({ day: '2026-11-18', isRedriven: true }) as unknown,
        ],
      },
    ]);
    expect(await values('quarantine', 'list', '--days', '1')).toMatchObject([
      { pages: [{ day: '2026-11-18' }] },
    ]);
  });

  test('looks at the days of arrival that are given, the last one included', async () => {
    for (const day of ['2026-09-15', '2026-09-16', '2026-09-17', '2026-09-18'])
      await put(`${day}/a`, ['1'], `${day} 08:00:00.000000000`, ['odd']);
    const days = ['--from-day', '2026-09-16', '--to-day', '2026-09-17'];
    expect(await output('quarantine', 'list', ...days)).toContain(
      '2 events from 2026-09-16 to 2026-09-17, 0 archived since.\n',
    );
    expect(await values('quarantine', 'list', ...days)).toMatchObject([
      { fromDay: '2026-09-16', toDay: '2026-09-17', events: 2 },
    ]);
  });

  test('lists pages below events', async () => {
    await put('2026-11-18/a', ['1'], '2026-11-18 08:00:00.000000000', ['odd']);
    await putPage('2026-11-18/a', '<html></html>');
    const lines = (await output('quarantine', 'list')).split('\n');
    expect(lines[2]).toBe('1 event since 2026-10-20, 0 archived since.');
    expect(lines[5]).toBe('1 page since 2026-10-20, 0 redriven since.');
  });

  test('looks back as many days as given, today included', async () => {
    await put('2026-11-17/a', ['1'], '2026-11-17 08:00:00.000000000', ['odd']);
    await put('2026-11-18/a', ['2'], '2026-11-18 08:00:00.000000000', ['odd']);
    expect(await values('quarantine', 'list', '--days', '1')).toMatchObject([{ events: 1 }]);
    expect(await values('quarantine', 'list', '--days', '2')).toMatchObject([{ events: 2 }]);
  });

  test('says if nothing was rejected', async () => {
    expect(await output('quarantine', 'list')).toBe(
      'Nothing of netskope went into quarantine since 2026-10-20.\n',
    );
  });

  test('a bucket that denies access is reported in the words of AWS', async () => {
    await put('2026-11-18/a', ['2'], '2026-11-18 08:00:00.000000000', ['odd']);
    deployed.pipeline.aws.hooks = {
      before: ({ operation }) =>
        operation === 'GetObject'
          ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'not yours' }
          : undefined,
    };
    expect(await deployed.cli(['quarantine', 'list'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        '✗ AWS denied the call S3 GetObject: not yours\n' +
        '  Have the permission for this call granted to your role, or choose another with --profile.\n',
    });
  });
});

describe('quarantine show', () => {
  test('prints the newest events as they were received, with place and reasons', async () => {
    await put('2026-11-17/a', ['{"_id" : 16}'], '2026-11-17 09:00:00.000000000', ['first reason']);
    await put('2026-11-18/a', ['{"_id" : 17}'], '2026-11-18 10:00:00.000000000', ['odd', 'and odder']);
    await put('2026-11-18/b', ['{"_id" : 18}'], '2026-11-18 08:00:00.000000000', ['earlier that day']);
    expect(await output('quarantine', 'show', '-n', '1')).toBe(
      [
        '2026-11-18 10:00:00 UTC',
        '  quarantine/netskope_audit/source=netskope/dt=2026-11-18/a.ndjson.gz, line 0',
        '  ✗ odd',
        '  ✗ and odder',
        '  {"_id" : 17}',
        '',
      ].join('\n'),
    );
  });

  test('shows control characters as their numbers: a rejected event cannot repaint the terminal', async () => {
    const hostile = '{"user":"\u001b[2J\u001b]0;owned\u0007\u202egpj\u009b31m"}\r\n';
    await put('2026-11-18/a', [hostile], '2026-11-18 10:00:00.000000000', ['user \u001b[31mred']);
    const shown = await output('quarantine', 'show');
    expect(shown).toContain(
      '  {"user":"\\u{001b}[2J\\u{001b}]0;owned\\u{0007}\\u{202e}gpj\\u{009b}31m"}\\u{000d}\\u{000a}\n',
    );
    expect(shown).toContain('✗ user \\u{001b}[31mred\n');
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('shows bytes that are not text as base64, and the beginning of what is too long', async () => {
    await put('2026-11-18/a', [Buffer.from([0xff])], '2026-11-18 10:00:00.000000000', ['not UTF-8']);
    await put('2026-11-18/b', ['x'.repeat(2_001)], '2026-11-18 11:00:00.000000000', ['not JSON']);
    const shown = await output('quarantine', 'show');
    expect(shown).toContain('  not UTF-8, base64: /w==\n');
    expect(shown).toContain(`  ${'x'.repeat(2_000)}… (2001 characters; --json has them all)\n`);
  });

  test('shows only events with a given reason, ignoring case', async () => {
    await put('2026-11-18/a', ['1'], '2026-11-18 10:00:00.000000000', ['timestamp must be integer']);
    await put('2026-11-18/b', ['2'], '2026-11-18 11:00:00.000000000', ['user must be string']);
    const shown = await output('quarantine', 'show', '--reason', 'Timestamp');
    expect(shown).toContain('must be integer');
    expect(shown).not.toContain('must be string');
    expect(await output('quarantine', 'show', '--reason', 'flux')).toBe(
      'No such event or page of netskope since 2026-10-20.\n',
    );
  });

  test('prints a page that could not be read: reason, encoding, size and first bytes', async () => {
    const html = gzipSync('<html>\u001b[2J\u202e</html>\n');
    await putPage('2026-11-18/a', html, { contentEncoding: 'gzip' });
    expect(await output('quarantine', 'show')).toBe(
      [
        '2026-11-18 12:00:00 UTC',
        '  quarantine/pages/netskope_audit/source=netskope/dt=2026-11-18/a.page',
        '  ✗ the body is text/html, not JSON',
        `  gzip, ${html.length} bytes received, 21 bytes unpacked`,
        '  <html>\\u{001b}[2J\\u{202e}</html>\\u{000a}',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, Buffer, string | undefined, string[]]>([
    [
      'a cut gzip stream',
      gzipSync('<html></html>').subarray(0, 20),
      'gzip',
      [
        '  gzip, 20 bytes received, not unpacked: the gzip body of 20 bytes is cut: unexpected end of file',
        `  not UTF-8, base64: ${gzipSync('<html></html>').subarray(0, 20).toString('base64')}`,
      ],
    ],
    [
      'the first 500 bytes, by whole characters',
      Buffer.from(`${'x'.repeat(499)}é!`),
      undefined,
      ['  no encoding, 502 bytes received, 502 bytes unpacked', `  ${'x'.repeat(499)}`],
    ],
    [
      'nothing of what is too large',
      Buffer.alloc(32 * 2 ** 20 + 1),
      undefined,
      ['  no encoding, 33,554,433 bytes received', '  too large to be read here'],
    ],
  ])('shows of a page %s', async (_what, body, contentEncoding, lines) => {
    await putPage('2026-11-18/a', body, { contentEncoding });
    const shown = await output('quarantine', 'show');
    expect(shown.split('\n').slice(3, -1)).toEqual(lines);
  });

  test('shows only the newest pages, filtered by reason, also as JSON', async () => {
    await putPage('2026-11-16/a', '1');
    await putPage('2026-11-17/a', readable(HOPELESS), { sequence: 9 });
    await putPage('2026-11-18/a', '3', { reason: 'odd' });
    await output('quarantine', 'redrive', '--to-day', '2026-11-17');
    expect(await values('quarantine', 'show', '--reason', 'HTML', '-n', '1')).toEqual([
      {
        quarantineKey: 'quarantine/pages/netskope_audit/source=netskope/dt=2026-11-17/a.page',
        arrivedOn: '2026-11-17',
        keptAt: '2026-11-18T12:00:00.000Z',
        runId: 'run-of-an-earlier-version',
        sequence: 9,
        reason: 'the body is text/html, not JSON',
        receivedBytes: 38,
        unpackedBytes: 38,
        beginningBase64: Buffer.from(readable(HOPELESS)).toString('base64'),
        isRedriven: true,
      },
    ]);
    expect(await output('quarantine', 'show', '--reason', 'html')).toContain('UTC  ✓ redriven since\n');
  });

  test('prints all fields as JSON, one event per line, the oldest first', async () => {
    const archivable = text('e1', NOW_S);
    await put('2026-11-17/a', [archivable], '2026-11-17 09:00:00.000000000', ['odd']);
    await put('2026-11-18/a', [Buffer.from([0xff])], '2026-11-18 10:00:00.000000000', ['not UTF-8']);
    await output('quarantine', 'redrive');
    expect(await values('quarantine', 'show')).toEqual([
      {
        quarantineKey: 'quarantine/netskope_audit/source=netskope/dt=2026-11-17/a.ndjson.gz',
        line: 0,
        arrivedAt: '2026-11-17 09:00:00.000000000',
        runId: 'run-of-an-earlier-version',
        errors: ['odd'],
        raw: archivable,
        isRedriven: true,
      },
      expect.objectContaining({ rawBase64: '/w==', isRedriven: false }) as unknown,
    ]);
  });
});

describe('quarantine redrive', () => {
  test('archives what is acceptable now, exactly once, however often it is repeated', async () => {
    await put('2026-11-16/a', [text('e1', NOW_S), HOPELESS], '2026-11-16 10:00:00.000000000', ['odd']);
    await put('2026-11-18/a', [text('e1', NOW_S), text('e2', NOW_S)], '2026-11-18 10:00:00.000000000', [
      'odd',
    ]);
    expect(await output('quarantine', 'redrive', 'netskope')).toBe(
      [
        '! 4 events validated again: 2 archived, 1 found in the archive already, 1 still rejected.',
        '  The quarantine keeps its objects; marks beside it say what is archived since.',
        '',
      ].join('\n'),
    );
    expect(await archivedIds()).toEqual(['e1', 'e2']);
    expect(await values('quarantine', 'redrive')).toEqual([
      {
        sourceId: 'netskope',
        days: 2,
        judged: 1,
        archived: 0,
        alreadyArchived: 0,
        stillRejected: 1,
        pages: NO_PAGES,
      },
    ]);
    expect(await archivedIds()).toEqual(['e1', 'e2']);
    expect(await deployed.pipeline.quarantined()).toHaveLength(4);
  });

  test('reads pages again, and reports the result', async () => {
    await putPage('2026-11-16/a', readable(text('e1', NOW_S), text('e1', NOW_S), HOPELESS));
    await putPage('2026-11-17/a', '<html></html>');
    expect(await output('quarantine', 'redrive', 'netskope')).toBe(
      [
        '! 2 pages read again: 1 redriven, 1 still unreadable.',
        '  They held 3 events: 1 archived, 1 put into quarantine, 1 held already.',
        '  The quarantine keeps its objects; marks beside it say what is archived since.',
        '',
      ].join('\n'),
    );
    expect(await archivedIds()).toEqual(['e1']);
    expect(await output('quarantine', 'redrive', 'netskope', '--to-day', '2026-11-17')).toBe(
      '! 1 page read again: 0 redriven, 1 still unreadable.\n',
    );
  });

  test('counts a page that stays unreadable once, however often the collector is invoked', async () => {
    for (const name of ['a', 'c']) await putPage(`2026-11-17/${name}`, readable(text(`of-${name}`, NOW_S)));
    await putPage('2026-11-17/b', '<html></html>');
    let hasPassed = false;
    deployed.pipeline.interference = {
      beforeAws: ({ key = '' }) => {
        if (key.endsWith('/b.page') && !hasPassed) deployed.pipeline.clock.pass(580_000);
        hasPassed ||= key.endsWith('/b.page');
        return undefined;
      },
    };
    expect(await values('quarantine', 'redrive')).toEqual([
      {
        sourceId: 'netskope',
        days: 1,
        judged: 0,
        archived: 0,
        alreadyArchived: 0,
        stillRejected: 0,
        pages: { redriven: 2, stillUnreadable: 1, archived: 2, quarantined: 0, alreadyHeld: 0 },
      },
    ]);
  });

  test('touches only the given days', async () => {
    for (const day of ['16', '17', '18'])
      await put(`2026-11-${day}/a`, [text(`of-${day}`, NOW_S)], `2026-11-${day} 10:00:00.000000000`, []);
    await output('quarantine', 'redrive', '--from-day', '2026-11-17', '--to-day', '2026-11-17');
    expect(await archivedIds()).toEqual(['of-17']);
  });

  test('invokes the collector again until a day is done that takes more than one invocation', async () => {
    for (const name of ['a', 'b', 'c'])
      await put(`2026-11-18/${name}`, [text(`of-${name}`, NOW_S)], '2026-11-18 10:00:00.000000000', []);
    let reads = 0;
    deployed.pipeline.interference = {
      beforeAws: ({ operation, key = '' }) => {
        // The first invocation that reads the third object has little time left.
        const isThird = operation === 'GetObject' && key.endsWith('/c.ndjson.gz');
        if (isThird && reads++ === 0) deployed.pipeline.clock.pass(580_000);
        return undefined;
      },
    };
    expect(await output('quarantine', 'redrive')).toContain('✓ 3 events validated again: 3 archived');
    expect(reads).toBe(2);
    expect(await archivedIds()).toEqual(['of-a', 'of-b', 'of-c']);
  });

  test('gives up a day that no invocation can read completely', async () => {
    await put('2026-11-18/a', [HOPELESS], '2026-11-18 10:00:00.000000000', []);
    await put('2026-11-18/b', [HOPELESS], '2026-11-18 10:00:00.000000000', []);
    deployed.pipeline.interference = {
      beforeAws: ({ key = '' }) =>
        void (key.endsWith('/b.ndjson.gz') && deployed.pipeline.clock.pass(580_000)),
    };
    expect(await deployed.cli(['quarantine', 'redrive'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        '✗ The quarantine of 2026-11-18 is more than one invocation of the collector can read',
      ) as unknown,
    });
  });

  test('waits for a run that is at work, and says until when', async () => {
    await put('2026-11-18/a', [text('e1', NOW_S)], '2026-11-18 10:00:00.000000000', []);
    const { pipeline } = deployed;
    const lease = { runId: 'other', expiresAtMs: pipeline.clock.nowMs() + 1_000 };
    const held = await pipeline.checkpoints.save({
      ...(await pipeline.checkpoint()),
      lease,
      writer: 'other',
    });
    const redrive = deployed.startCli(['quarantine', 'redrive']);
    await redrive.printed(
      'A run of netskope is going on, and is waited for; it is over by 12:00:01 UTC at the latest',
    );
    expect(await archivedIds()).toEqual([]);
    await pipeline.checkpoints.save({ ...held, lease: undefined });
    expect(await redrive.end).toMatchObject({ exitCode: 0 });
    expect(await archivedIds()).toEqual(['e1']);
  });

  test('has changed nothing if interrupted while it waits, and can be started again', async () => {
    await put('2026-11-18/a', [text('e1', NOW_S)], '2026-11-18 10:00:00.000000000', []);
    const { pipeline } = deployed;
    const lease = { runId: 'other', expiresAtMs: pipeline.clock.nowMs() + 60_000 };
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), lease });
    const redrive = deployed.startCli(['quarantine', 'redrive']);
    await redrive.printed('is waited for');
    redrive.interrupt();
    expect(await redrive.end).toMatchObject({ exitCode: 130 });
    expect(await archivedIds()).toEqual([]);
    pipeline.nextSchedule();
    await output('quarantine', 'redrive');
    expect(await archivedIds()).toEqual(['e1']);
  });

  test('passes on the error of the collector', async () => {
    await put('2026-11-18/a', [text('e1', NOW_S)], '2026-11-18 10:00:00.000000000', []);
    deployed.pipeline.interference = {
      beforeAws: ({ operation, key = '' }) =>
        operation === 'PutObject' && key.startsWith('netskope_audit/')
          ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
          : undefined,
    };
    expect(await deployed.cli(['quarantine', 'redrive'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^✗ The collector's run for source netskope failed: ArchiveError: object netskope_audit\/.* could not be written/,
      ) as unknown,
    });
  });

  test('says if nothing is waiting', async () => {
    expect(await output('quarantine', 'redrive')).toBe('Nothing is waiting in quarantine.\n');
  });

  test.each([
    [['--from-day', '2026-02-30'], 'Expected a day such as 2026-11-22.'],
    [['--from-day', '2026-11-02', '--to-day', '2026-11-01'], 'is later than --to-day 2026-11-01'],
  ])('%j is wrong usage', async (args, message) => {
    expect(await deployed.cli(['quarantine', 'redrive', ...args])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(message) as unknown,
    });
  });
});

test.each([['list'], ['show'], ['redrive']])('quarantine %s --help ends with an example', async (verb) => {
  const help = await output('quarantine', verb, '--help');
  expect(help).toMatch(
    new RegExp(`Example:\\n  npx --no -- netskope-audit quarantine ${verb} netskope .*\\n$`),
  );
});
