import { Progress, Screen } from '../../../lib/local/start/screen';

class WrittenText {
  text = '';

  constructor(
    readonly isTTY?: boolean,
    readonly columns?: number,
  ) {}

  write(text: string): void {
    this.text += text;
  }
}

function page(watermarkS: number, received = 417): string {
  const counts = { received, archived: Math.max(0, received - 2), quarantined: Math.min(2, received) };
  return JSON.stringify({ level: 'INFO', message: 'page', ...counts, watermarkS });
}

const HOUR_S = 3_600;
/** 2023-11-14 22:13 UTC. */
const EVENING_S = 1_700_000_000;
const PAGE = page(EVENING_S);
const WARNING = JSON.stringify({
  level: 'WARN',
  message: 'no page',
  timestamp: '2026-11-22T10:08:00.000Z',
  runId: 'run-1',
  outcome: 'not-served',
  reason: 'HTTP 429',
});

describe('the progress of a run', () => {
  it('is one line that is rewritten on a terminal, and cut at the width of the terminal', () => {
    const terminal = new WrittenText(true, 40);
    const progress = new Progress(new Screen(terminal, {}));
    progress.show(PAGE);
    progress.show(PAGE);
    expect(terminal.text).toBe(
      '\r\u001b[2Kpage    1  to 2023-11-14 22:13 UTC     ' +
        '\r\u001b[2Kpage    2  to 2023-11-14 22:13 UTC     ',
    );
  });

  it('is one line per day on a pipe, with the totals so far', () => {
    const pipe = new WrittenText();
    const progress = new Progress(new Screen(pipe, {}));
    for (const hours of [0, 1, 2]) progress.show(page(EVENING_S + hours * HOUR_S));
    expect(pipe.text).toBe('page    2  to 2023-11-14 23:13 UTC     +417  archived 830, quarantined 4\n');
    progress.end();
    progress.end();
    expect(pipe.text).toBe(
      'page    2  to 2023-11-14 23:13 UTC     +417  archived 830, quarantined 4\n' +
        'page    3  to 2023-11-15 00:13 UTC     +417  archived 1,245, quarantined 6\n',
    );
  });

  it('says nothing of a page without events', () => {
    const [terminal, pipe] = [new WrittenText(true), new WrittenText()];
    for (const stream of [terminal, pipe]) {
      const progress = new Progress(new Screen(stream, {}));
      progress.show(page(EVENING_S, 0));
      progress.end();
    }
    expect([terminal.text, pipe.text]).toEqual(['', '']);
  });

  it('shows a warning of the function in words, below the line that was being rewritten', () => {
    const terminal = new WrittenText(true);
    const progress = new Progress(new Screen(terminal, { NO_COLOR: '1' }));
    progress.show(PAGE);
    progress.show(WARNING);
    expect(terminal.text.slice(terminal.text.indexOf('\n'))).toBe(
      '\nwarning  no page, outcome not-served, reason HTTP 429\n',
    );
  });

  it('shows output of the function that is not a log record, such as the stack of a crash', () => {
    const pipe = new WrittenText();
    new Progress(new Screen(pipe, {})).show('SyntaxError: Unexpected token');
    expect(pipe.text).toBe('warning  SyntaxError: Unexpected token\n');
  });

  it('ignores routine log records', () => {
    const pipe = new WrittenText();
    new Progress(new Screen(pipe, {})).show('{"level":"INFO","message":"run","pages":1}');
    expect(pipe.text).toBe('');
  });
});

describe('the colors of the screen', () => {
  it('are there on a terminal', () => {
    expect(new Screen(new WrittenText(true), {}).styled('bold', 'x')).toBe('\u001b[1mx\u001b[22m');
  });

  it('are absent on a pipe', () => {
    expect(new Screen(new WrittenText(), {}).styled('bold', 'x')).toBe('x');
  });

  it('are absent if NO_COLOR has a value', () => {
    expect(new Screen(new WrittenText(true), { NO_COLOR: '1' }).styled('bold', 'x')).toBe('x');
    expect(new Screen(new WrittenText(true), { NO_COLOR: '' }).styled('bold', 'x')).not.toBe('x');
  });
});
