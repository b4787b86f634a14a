/**
 * A text that came from outside, fit for a terminal: control characters, line breaks too, and those that change the order
 * of letters are written as their code point. Whoever can put a text into an audit event, or answers in place of Netskope,
 * could otherwise repaint the operator's screen.
 */
export function visibleText(text: string): string {
  return text.replace(/\p{C}/gu, codePoint);
}

/**
 * Lines of this program, which may hold texts from outside: as `visibleText`, but line breaks stay, and with colors the
 * codes of the styles that the program uses. Those can color a text and make it bold; they cannot hide or move one.
 * @param hasColors whether the stream shows styles; else no code stays
 */
export function visibleLines(text: string, hasColors: boolean): string {
  return text.replace(hasColors ? STYLE_LINE_BREAK_OR_CONTROL : LINE_BREAK_OR_CONTROL, (found) =>
    found === '\n' || found.length > MAX_CHARACTER_LENGTH ? found : codePoint(found),
  );
}

/** Bold, dim, red, green and yellow, and what ends them (ECMA-48, 8.3.117). */
const STYLE = '\\u001b\\[(?:1|2|22|31|32|33|39)m';
const STYLE_LINE_BREAK_OR_CONTROL = new RegExp(`${STYLE}|\\p{C}`, 'gu');
const LINE_BREAK_OR_CONTROL = /\p{C}/gu;

/** In UTF-16 units; the code of a style is longer. */
const MAX_CHARACTER_LENGTH = 2;

/**
 * JSON text of the same value, fit for a terminal: what `visibleText` would write is escaped as JSON does it.
 * @param json of which strings alone hold control characters other than tabs and line breaks
 */
export function visibleJson(json: string): string {
  return json.replace(/(?![\t\n\r])\p{C}/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return `\\u{${hex}}`;
}
