import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import { reportBackfill } from '../../lib/cli/backfill/run-backfill';
import type { BackfillLook } from '../../lib/cli/backfill/watch-backfill';
import { BackfillScreen } from '../../lib/cli/backfill/watch-backfill';
import { describeError } from '../../lib/cli/describe-error';
import { Session } from '../../lib/cli/session';
import { StartError } from '../../lib/local/start/start-error';
import { NOW_S } from '../pipeline';
import type { OperatorOptions } from './operator-terminal';
import { OperatorTerminal } from './operator-terminal';

const NOW_MS = NOW_S * 1000;
/** What a server can put into the body of a 404, which the collector notes as the failure of a backfill. */
const BODY = 'HTTP 404: gone\u001b[2J\u001b[31mred\u001b[39m\u009b8m\n✓ all is well\u202e';
const SHOWN =
  'HTTP 404: gone\\u{001b}[2J\\u{001b}[31mred\\u{001b}[39m\\u{009b}8m\\u{000a}✓ all is well\\u{202e}';

const STREAM: Checkpoint = {
  streamId: 'netskope#audit#backfill',
  indexName: 'netskope-index',
  phase: 'settled',
  startEpochS: NOW_S - 3600,
  sequence: 0,
  caughtUp: true,
  totals: { archived: 0, quarantined: 0, drifted: 0 },
  announced: { archived: 0, quarantined: 0, drifted: 0 },
  version: 1,
};
const FILED: BackfillLook['filed'] = {
  ...STREAM,
  backfill: {
    fromEpochS: NOW_S - 3600,
    toEpochS: NOW_S,
    state: 'open',
    filedAtMs: NOW_MS,
    alreadyHeld: 0,
    failure: { atMs: NOW_MS, reason: BODY },
  },
};

function sessionAt(options: OperatorOptions) {
  const operator = new OperatorTerminal(options);
  const session = new Session({
    feed: AUDIT_FEED,
    options: { stack: 'NetskopeAudit', stateFolder: '.local' },
    terminal: operator.terminal,
    signal: new AbortController().signal,
    nowMs: () => NOW_MS,
  });
  return { operator, session };
}

describe.each([{ isTTY: true }, { isTTY: false }])('on a screen with %j', (options) => {
  it('the failure of a backfill cannot move the cursor, hide or color anything', () => {
    const { operator, session } = sessionAt(options);
    const screen = new BackfillScreen(session, { sourceId: 'netskope', isLocal: false });
    screen.show({ atMs: NOW_MS, filed: FILED, live: STREAM });
    screen.end();
    reportBackfill(session, 'netskope', FILED);
    const written = operator.written;
    expect(written).toContain(`failed: ${SHOWN}. The next run goes on.\n`);
    expect(written).toContain(`  The last run that worked on it failed: ${SHOWN}\n`);
    expect(written.replaceAll('\u001b[31m✗\u001b[39m', '✗')).not.toMatch(/(?!\n)\p{C}/u);
  });

  it('an error that quotes a server cannot either', () => {
    const { operator } = sessionAt(options);
    operator.terminal.fail({ what: BODY, whatToDo: 'Look.', exitCode: 1, stack: `Error: ${BODY}\n    at x` });
    const lines = SHOWN.replace('\\u{000a}', '\n');
    expect(operator.writtenAsError.replaceAll('\u001b[31m✗\u001b[39m', '✗')).toBe(
      `✗ ${lines}\n  Look.\nError: ${lines}\n    at x\n`,
    );
  });
});

it('the message of a failed run takes one line of an error', () => {
  const { what } = describeError(new StartError(`The run failed: ${BODY}`));
  expect(what).toBe(`The run failed: ${SHOWN}`);
});

describe('JSON', () => {
  it('that quotes a server is written to a terminal without its control characters, and to a pipe unchanged', () => {
    const written = (isTTY: boolean): string => {
      const { operator, session } = sessionAt({ isTTY, form: 'json' });
      session.terminal.json({ reason: BODY });
      return operator.written;
    };
    expect(written(true)).not.toMatch(/(?!\n)\p{C}/u);
    expect(JSON.parse(written(true))).toEqual({ reason: BODY });
    expect(written(false)).toBe(`${JSON.stringify({ reason: BODY })}\n`);
  });
});

describe('a table', () => {
  it('shows the control characters of a cell', () => {
    const { operator } = sessionAt({ isTTY: true });
    operator.terminal.table([{ title: 'source' }], [['a\u001b[2Jb\u009b']]);
    expect(operator.written).toContain('a\\u{001b}[2Jb\\u{009b}');
  });
});
