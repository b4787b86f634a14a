import type { Log } from '../lambdas/shared/invocation';

/** A line of the log. */
export type Logged = readonly [level: string, message: string, fields: Readonly<Record<string, unknown>>];

/** A log whose lines a test can read. */
export class TestLog implements Log {
  readonly lines: Logged[] = [];
  readonly info = this.at('info');
  readonly warn = this.at('warn');
  readonly error = this.at('error');

  private at(level: string): Log['info'] {
    return (message, fields) => void this.lines.push([level, message, fields]);
  }
}
