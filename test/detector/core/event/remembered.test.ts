import { remembered } from '../../../../lambdas/detector/core/event/remembered';

let asked: string[];
const isShout = remembered((text) => {
  asked.push(text);
  return text === text.toUpperCase();
});
beforeEach(() => {
  asked = [];
});

test('a text is looked at once, whatever the answer', () => {
  expect(['ONE', 'one', 'ONE', 'one'].map(isShout)).toEqual([true, false, true, false]);
  expect(asked).toEqual(['ONE', 'one']);
});

test('a long text is not kept, so that nobody fills the memory with such', () => {
  const long = 'x'.repeat(201);
  expect([isShout(long), isShout(long)]).toEqual([false, false]);
  expect(asked).toEqual([long, long]);
  const longest = 'y'.repeat(200);
  expect([isShout(longest), isShout(longest)]).toEqual([false, false]);
  expect(asked).toEqual([long, long, longest]);
});

test('with a thousand texts it begins anew', () => {
  const length = remembered((text) => asked.push(text));
  for (let number = 0; number < 1_000; number++) length(`text ${number}`);
  length('text 0');
  expect(asked).toHaveLength(1_000);
  length('text 1000');
  length('text 0');
  expect(asked.slice(1_000)).toEqual(['text 1000', 'text 0']);
});
