/**
 * A text that came from outside, fit for a terminal: control characters, and those that change the order of letters, are
 * written as their code point. Whoever can put a text into an audit event could otherwise repaint the operator's screen.
 */
export function visibleText(text: string): string {
  return text.replace(/\p{C}/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return `\\u{${hex}}`;
  });
}
