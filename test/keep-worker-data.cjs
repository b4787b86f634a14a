/**
 * Loaded into each process of the tests before anything else, and ends it with the run. jest-light-runner (0.7.13, as
 * 0.8.2) sends its data to all processes when the first of them asks, and then forgets the others: one that starts later
 * would miss the answer and wait for ever. This keeps an early answer until it is asked for.
 */
const QUESTION = 'jest-light-runner-get-worker-data';
const ANSWER = 'jest-light-runner-worker-data';

if (process.env.TINYPOOL_WORKER_ID !== undefined && process.send !== undefined) {
  const [emit, send] = [process.emit.bind(process), process.send.bind(process)];
  let answer;
  // A listener would make Node.js deliver what it holds back until the runner listens.
  process.emit = (name, ...values) => {
    if (name === 'message' && values[0]?.type === ANSWER) [answer] = values;
    return emit(name, ...values);
  };
  process.send = (message, ...others) => {
    if (message !== QUESTION || answer === undefined) return send(message, ...others);
    setImmediate(() => emit('message', answer));
    return true;
  };
  // Without, Node.js 20 was seen to clean up a handle for ever, on a whole core, long after the last test.
  process.once('disconnect', () => process.exit());
}
