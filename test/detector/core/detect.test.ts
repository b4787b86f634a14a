import { detect } from '../../../lambdas/detector/core/detect';
import { archivedRecord } from '../archived';
import { objectCreated } from '../detection';
import { exampleRule } from '../example-rule';
import { DetectorInMemory } from './detector-in-memory';

let detector: DetectorInMemory;
beforeEach(() => {
  detector = new DetectorInMemory();
});

function sound(messageId: string) {
  const { key } = detector.archive([archivedRecord()]);
  return { messageId, body: objectCreated(key, 'archive') };
}

function deliver(
  messages: readonly { readonly messageId: string; readonly body: string }[],
  remainingMs = 60_000,
) {
  return detect(
    detector.depsWith(exampleRule()),
    { messages, bucket: 'archive' },
    {
      remainingMs: () => remainingMs,
    },
  );
}

test('a batch without messages is done', async () => {
  expect(await deliver([])).toEqual([]);
});

test('20 seconds are enough for another object', async () => {
  expect(await deliver([sound('first'), sound('second')], 20_000)).toEqual([]);
});

test('with less, the others are left to the next delivery, and the log names them', async () => {
  expect(await deliver([sound('first'), sound('second'), sound('third')], 19_999)).toEqual([
    'second',
    'third',
  ]);
  expect(detector.logged.filter(([level]) => level === 'warn')).toEqual([
    ['warn', 'no time left', { messageId: 'second' }],
    ['warn', 'no time left', { messageId: 'third' }],
  ]);
});

test('the log names each message whose object is not done, with what is wrong', async () => {
  expect(await deliver([sound('first'), { messageId: 'second', body: 'hello' }])).toEqual(['second']);
  expect(detector.logged.filter(([level]) => level === 'error')).toEqual([
    [
      'error',
      'unfinished object',
      {
        messageId: 'second',
        error: expect.objectContaining({ name: 'ConfigError' }) as unknown,
      },
    ],
  ]);
});
