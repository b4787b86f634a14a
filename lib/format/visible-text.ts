/**
 * Makes external text safe for a terminal: control characters, including line breaks, and characters that change the
 * order of letters are written as code points. Otherwise, anyone who can put text into an audit event, or who answers
 * in place of Netskope, could repaint the operator's screen.
 */
export function visibleText(text: string): string {
  return text.replace(/\p{C}/gu, codePoint);
}

/**
 * Makes output lines of this program, which may hold external text, safe for a terminal: as `visibleText`, but line
 * breaks stay and, with colors, the style codes of the program. They can color text or make it bold, not hide or move
 * it.
 * @param hasColors whether the stream shows styles; otherwise style codes are replaced, too
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

/** In UTF-16 units; a style code is longer. */
const MAX_CHARACTER_LENGTH = 2;

/**
 * Makes JSON text safe for a terminal and keeps its value: what `visibleText` would replace is escaped as in JSON.
 * @param json in which only strings hold control characters other than tabs and line breaks
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
