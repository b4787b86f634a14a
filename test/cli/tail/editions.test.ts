import { readShownEvent } from '../../../lib/cli/archive/shown-event';
import { firstSeen, newestEditions } from '../../../lib/cli/tail/show-tail';

/** Written as `<id> <edition>`; the first edition has no number in its record. */
const events = (...names: readonly string[]) =>
  names.map((name) => {
    const [id, edition] = name.split(' ');
    const numbered = edition === '1' ? {} : { p_edition: Number(edition) };
    return { ...readShownEvent(JSON.stringify({ p_row_id: `netskope:${id}`, ...numbered })), name };
  });

test.each([
  [
    ['a 1', 'b 1'],
    ['a 1', 'b 1'],
  ],
  [
    ['a 1', 'b 1', 'a 2'],
    ['b 1', 'a 2'],
  ],
  [['a 3', 'a 1', 'a 2'], ['a 3']],
  [['a 2'], ['a 2']],
  [
    ['a 1', 'a 1'],
    ['a 1', 'a 1'],
  ],
])('of %j the newest editions are %j: events that contradict each other are both kept', (given, kept) => {
  expect(newestEditions(events(...given)).map(({ name }) => name)).toEqual(kept);
});

test.each([
  [
    ['a 1', 'b 1'],
    ['a 1', 'b 1'],
  ],
  [['a 1', 'a 2'], ['a 2']],
  [['a 2', 'b 1'], ['b 1']],
  [['a 2', 'a 3'], []],
])('of %j, while they are followed, %j are shown', (given, kept) => {
  expect(firstSeen(events(...given)).map(({ name }) => name)).toEqual(kept);
});
