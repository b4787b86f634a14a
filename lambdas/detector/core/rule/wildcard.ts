/**
 * Makes a test for texts that fit a pattern as a whole, ignoring case and blanks around them.
 * @param pattern `*` stands for any text, even an empty one; nothing else is special
 * @returns a test that searches the parts between the stars in order: its time is linear in the text, whatever the pattern
 */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = normalized(pattern).split('*');
  const last = others.pop();
  if (last === undefined) return (text) => normalized(text) === first;
  return (text) => {
    const given = normalized(text);
    if (!given.startsWith(first) || !given.endsWith(last)) return false;
    let at = first.length;
    for (const part of others) {
      const found = given.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at + last.length <= given.length;
  };
}

/** Whether a pattern fits every text. */
export function fitsEverything(pattern: string): boolean {
  return /^\*+$/.test(pattern.trim());
}

function normalized(text: string): string {
  return text.trim().toLowerCase();
}
