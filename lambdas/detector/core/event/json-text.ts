/** Longer texts are not plausible values of a field, and not worth the time. */
const MAX_LENGTH = 100_000;

/** A Python string in either kind of quotes, or one of the three words that JSON writes differently. */
const PYTHON_TOKEN = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\b(None|True|False)\b/gs;

const JSON_WORDS: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };

/**
 * Parses an object or a list that arrives as text: JSON, or Python's `repr`, as Elastic's parser tests show
 * `supporting_data` after Cloud Exchange.
 * @returns undefined if the text is neither
 */
export function openJsonText(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[{[]/.test(trimmed) || trimmed.length > MAX_LENGTH) return undefined;
  return parsed(trimmed) ?? parsed(jsonOfPython(trimmed));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not this notation: the caller tries the next one, or keeps the text.
    return undefined;
  }
}

function jsonOfPython(text: string): string {
  return text.replace(
    PYTHON_TOKEN,
    (token, single: string | undefined, double: string | undefined) =>
      JSON_WORDS[token] ?? JSON.stringify((single ?? double ?? '').replace(/\\(['"\\])/g, '$1')),
  );
}
