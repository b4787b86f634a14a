const BACKSLASH = 0x5c;

/** The beginning of a string in either kind of quotes, or a word that JSON writes differently. */
const PYTHON_TOKEN = /['"]|None|True|False/g;
const PYTHON_WORDS: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };
/** What `repr` writes after a backslash (Python's library reference, "repr"); anything else is not its text. */
const PYTHON_ESCAPE = /\\(?:(['"\\nrt])|x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|[^]|$)/g;
const PYTHON_CHARACTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const MAX_CODE_POINT = 0x10ffff;

/** @returns undefined if the text is not JSON, as no JSON text has this value */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Opens an object or a list that arrives as text: JSON, also of a text that is JSON itself, or Python's `repr`, as
 * Elastic's parser tests show `supporting_data` after Cloud Exchange. The time grows linearly with the text.
 * @returns undefined if the text is neither
 */
export function openJsonText(text: string): unknown {
  if (!/^\s*["{[]/.test(text)) return undefined;
  if (/^\s*"/.test(text)) {
    const inner = parsedJson(text); // shorter by its quotes at least, and by half in each further text
    return typeof inner === 'string' ? openJsonText(inner) : undefined;
  }
  return parsedJson(text) ?? parsedJson(jsonOfPython(text) ?? '');
}

/**
 * Opens every text in a value that `openJsonText` can open, at any depth, also inside texts that were opened.
 * @param value as `JSON.parse` returns it
 * @returns a copy of the value, or of what its text holds
 */
export function openAllTexts(value: unknown): unknown {
  const root = { value };
  const pending: Record<string, unknown>[] = [root];
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    for (const key of Object.keys(container)) {
      const child = container[key];
      const opened = typeof child === 'string' ? openJsonText(child) : copyOf(child);
      if (typeof opened !== 'object' || opened === null) continue;
      container[key] = opened;
      pending.push(opened as Record<string, unknown>);
    }
  }
  return root.value;
}

/** Its own elements or fields in a container of the caller's own. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as readonly unknown[])];
  return typeof value === 'object' && value !== null ? { ...value } : value;
}

/** @returns the text with JSON's strings and words, which may still not be JSON; undefined if a string is not Python's */
function jsonOfPython(text: string): string | undefined {
  const parts: string[] = [];
  let from = 0;
  PYTHON_TOKEN.lastIndex = 0;
  for (let token = PYTHON_TOKEN.exec(text); token !== null; token = PYTHON_TOKEN.exec(text)) {
    const [word] = token;
    const end = word.length > 1 ? PYTHON_TOKEN.lastIndex : endOfString(text, token.index);
    const json = PYTHON_WORDS[word] ?? stringOfPython(text.slice(token.index + 1, (end ?? 0) - 1));
    if (end === undefined || json === undefined) return undefined;
    parts.push(text.slice(from, token.index), json);
    from = PYTHON_TOKEN.lastIndex = end;
  }
  return [...parts, text.slice(from)].join('');
}

/** @returns the offset after the string that begins at `open`; undefined if it never closes */
function endOfString(text: string, open: number): number | undefined {
  const quote = text.charCodeAt(open);
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return undefined;
}

function stringOfPython(content: string): string | undefined {
  let isPython = true;
  const text = content.replace(
    PYTHON_ESCAPE,
    (_escape, character?: string, ...hex: (string | undefined)[]) => {
      if (character !== undefined) return PYTHON_CHARACTERS[character] ?? character;
      const codePoint = parseInt(hex.slice(0, 3).find((digits) => digits !== undefined) ?? '', 16);
      if (codePoint <= MAX_CODE_POINT) return String.fromCodePoint(codePoint);
      isPython = false;
      return '';
    },
  );
  return isPython ? JSON.stringify(text) : undefined;
}
