/** A file of the state, and what it must hold. */
export interface StateFile<T> {
  readonly path: string;
  readonly isRight: (value: unknown) => value is T;
  /** What is expected in it: `a list of secrets`. */
  readonly expected: string;
  /** What to do where it holds something else, as a sentence. */
  readonly whatToDo: string;
}

/**
 * The value in a JSON text of a state file.
 * @throws Error that names the file, what is expected and what to do; nothing of the text, which may be anything
 */
export function parseStateJson<T>(text: string, { path, isRight, expected, whatToDo }: StateFile<T>): T {
  const value = jsonIn(text);
  if (isRight(value)) return value;
  const received = value === undefined ? `no JSON (${text.length} characters)` : 'other JSON';
  throw new Error(
    `The state file ${path} is broken: it holds ${received}, expected ${expected}. ${whatToDo}`,
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with a text at each of the names. */
export function hasTexts(value: unknown, names: readonly string[]): boolean {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === 'string');
}
