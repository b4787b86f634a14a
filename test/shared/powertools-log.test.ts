import { powertoolsLog } from '../../lambdas/shared/powertools-log';

test('a line has the keys of its run, and none of the run before', () => {
  const lines: unknown[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (line) => {
    lines.push(JSON.parse(String(line)));
    return true;
  };
  try {
    powertoolsLog('a-service', { runId: 'first', sourceId: 'a' }).info('run', { archived: 1 });
    powertoolsLog('a-service', { runId: 'second' }).info('run', { archived: 2 });
  } finally {
    process.stdout.write = write;
  }
  const common = { service: 'a-service', timestamp: expect.any(String) as string, sampling_rate: 0 };
  expect(lines).toEqual([
    { ...common, level: 'INFO', message: 'run', runId: 'first', sourceId: 'a', archived: 1 },
    { ...common, level: 'INFO', message: 'run', runId: 'second', archived: 2 },
  ]);
});
