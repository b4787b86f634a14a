import { PassThrough } from 'node:stream';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { runCommandLine } from '../../../lib/cli/run-command-line';
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

/** A terminal: what is written to it, and who types into it once a question stands there. */
class TypingOperator {
  readonly keyboard = Object.assign(new PassThrough(), { isTTY: true });
  /** No question ends it, as none ends standard error. */
  readonly screen = Object.assign(new PassThrough(), { isTTY: true, end: (): void => undefined });
  shown = '';

  constructor(answers: readonly (readonly [question: string, typed: string])[]) {
    const open = [...answers];
    this.screen.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
      const [next] = open;
      if (next === undefined || !this.shown.includes(next[0])) return;
      open.shift();
      // The question listens once it has drawn itself.
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
  expect(operator.shown).toContain('a role with Audit Log: View');
  expect(operator.shown).not.toContain(TOKEN);
  expect(command.secret.value).toEqual({ domain: 'corp.goskope.com', token: TOKEN });
});
