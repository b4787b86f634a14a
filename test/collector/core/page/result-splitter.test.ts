import { splitResult } from '../../../../lambdas/collector/core/page/result-splitter';

/** The bytes of each element, read as text; undefined where the body was refused. */
function elementsOf(body: string | Buffer): string[] | undefined {
  const bytes = Buffer.from(body);
  const split = splitResult(bytes);
  if (split === undefined) return undefined;
  const elements: string[] = [];
  for (let i = 0; i < split.spans.length; i += 2) {
    elements.push(bytes.toString('utf8', split.spans[i], split.spans[i + 1]));
  }
  return elements;
}

describe('every event is found with exactly its own bytes', () => {
  test.each<[string, string, string[]]>([
    ['no event', '{"ok":1,"result":[]}', []],
    ['white space where events could be', '{"ok":1,"result":[ \t\r\n ]}', []],
    ['null, as Go writes an empty list', '{"ok":1,"result": null }', []],
    ['one event', '{"ok":1,"result":[{"a":1}]}', ['{"a":1}']],
    ['`result` before `ok`', '{"result":[{"a":1},{"b":2}],"ok":1}', ['{"a":1}', '{"b":2}']],
    ['`result` between other keys', '{"wait_time":5,"result":[{"a":1}],"ok":1}', ['{"a":1}']],
    ['a `result` inside another value', '{"x":{"result":[9]},"result":[{"a":1}]}', ['{"a":1}']],
    ['brackets inside strings', '{"result":[{"a":"]},{["},{"b":"}"}]}', ['{"a":"]},{["}', '{"b":"}"}']],
    [
      'escaped quotes inside strings',
      String.raw`{"result":[{"a":"\"],"},{"b":"\\"}]}`,
      [String.raw`{"a":"\"],"}`, String.raw`{"b":"\\"}`],
    ],
    [
      'arrays and objects in each other',
      '{"result":[{"a":[[1,2],[{"b":[]}]]},[3]]}',
      ['{"a":[[1,2],[{"b":[]}]]}', '[3]'],
    ],
    ['elements that are no objects', '{"result":[1,"two",null,true]}', ['1', '"two"', 'null', 'true']],
    [
      'a pretty-printed body',
      '{\n  "ok": 1,\n  "result": [\n    {\n      "a": 1\n    },\r\n\t{"b": 2} \n  ]\n}\n',
      ['{\n      "a": 1\n    }', '{"b": 2}'],
    ],
    ['keys nobody documented', '{"analyze_result":true,"x":[1,{"y":2}],"result":[{"a":1}]}', ['{"a":1}']],
    ['text of several bytes a letter', '{"result":[{"a":"é🎲"},{"b":"禁"}]}', ['{"a":"é🎲"}', '{"b":"禁"}']],
    [
      'an event that is broken inside',
      '{"result":[{"a":1},{"b":tru,,},{"c":3}]}',
      ['{"a":1}', '{"b":tru,,}', '{"c":3}'],
    ],
  ])('%s', (_what, body, elements) => {
    expect(elementsOf(body)).toEqual(elements);
  });

  test('an event of 100,000 nested arrays', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(elementsOf(`{"result":[${nested},{"a":1}]}`)).toEqual([nested, '{"a":1}']);
  });

  test('the array itself is located, so that the envelope can be read without it', () => {
    expect(splitResult(Buffer.from('{"ok":1,"result":[{"a":1}],"wait_time":5}'))?.resultSpan).toEqual([
      17, 26,
    ]);
  });
});

describe('a body whose events cannot be told apart is refused', () => {
  test.each([
    ['nothing', ''],
    ['no object', '[]'],
    ['no `result`', '{"ok":1}'],
    ['`result` is a text', '{"ok":0,"result":"token expired"}'],
    ['`result` is an object', '{"result":{"a":1}}'],
    ['`result` is false', '{"result":false}'],
    ['`result` begins like null', '{"result":nul}'],
    ['`result` is cut within null', '{"result":nul'],
    ['a `result` array and a null', '{"result":[{"a":1}],"result":null}'],
    ['two `result` arrays', '{"result":[{"a":1}],"result":[{"b":2}]}'],
    ['a byte order mark', '\ufeff{"ok":1,"result":[]}'],
    ['something behind the object', '{"ok":1,"result":[]}x'],
    ['a key without a colon', '{"ok",1,"result":[]}'],
    ['the array never ends', '{"ok":1,"result":[{"a":1}'],
    ['the object never ends', '{"ok":1,"result":[{"a":1}]'],
    ['a string never ends', '{"ok":1,"result":[{"a":"1}]}'],
    ['a brace closes what is not open', '{"ok":1,"result":[1},2]}'],
    ['a brace closes the array', '{"ok":1,"result":[{"a":1}}}'],
  ])('%s', (_what, body) => {
    expect(elementsOf(body)).toBeUndefined();
  });
});
