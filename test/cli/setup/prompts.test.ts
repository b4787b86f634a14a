import { PassThrough } from 'node:stream';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { runCommandLine } from '../../../lib/cli/command-line';
import { NOW_S, TOKEN } from '../../pipeline';
import { SetupCommand } from './setup-command';

let command: SetupCommand;
const inherited = { ...process.env };

beforeAll(async () => {
  command = await SetupCommand.start();
  const { aws, simulator } = command.deployed.pipeline;
  Object.assign(process.env, aws.environment(), { NETSKOPE_ENDPOINT_URL: simulator.url });
});
afterAll(async () => {
  process.env = inherited;
  await command.stop();
});

/** A terminal that records what is written to it, and types the answer to each question. */
class TypingOperator {
  readonly keyboard = Object.assign(new PassThrough(), { isTTY: true });
  /** Questions do not end standard error either. */
  readonly screen = Object.assign(new PassThrough(), { isTTY: true, end: (): void => undefined });
  shown = '';

  constructor(answers: readonly (readonly [question: string, typed: string])[]) {
    const open = [...answers];
    this.screen.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
      const [next] = open;
      if (next === undefined || !this.shown.includes(next[0])) return;
      open.shift();
      // The question reads input only once it is drawn.
      setImmediate(() => this.keyboard.write(`${next[1]}\r`));
    });
  }
}

test('at a terminal setup explains where to make the token, asks for both, and shows nothing of what is typed as the token', async () => {
  const operator = new TypingOperator([
    ['Domain of the tenant', 'https://corp.goskope.com/'],
    ['Token (not shown)', TOKEN],
  ]);
  const exitCode = await runCommandLine({
    feed: AUDIT_FEED,
    args: ['setup'],
    streams: { input: operator.keyboard, output: operator.screen, error: operator.screen },
    environment: { NO_COLOR: '1' },
    nowMs: () => NOW_S * 1000,
    signal: new AbortController().signal,
  });
  expect(exitCode).toBe(0);
  expect(operator.shown).toContain(
    'Settings > Tools > REST API v2 > New Token, with read access to the endpoint',
  );
  expect(operator.shown).toContain('Settings > Administration > Administrators & Roles > Service accounts:');
  expect(operator.shown).toContain('a role with Audit Log: View');
  expect(operator.shown).not.toContain(TOKEN);
  expect(command.secret.value).toEqual({ domain: 'corp.goskope.com', token: TOKEN });
});
