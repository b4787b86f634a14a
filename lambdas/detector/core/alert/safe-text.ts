/** More values of a kind do not help a quick reader; the alert's record has them. */
const MAX_SHOWN = 3;
const MAX_SHOWN_LENGTH = 200;

/**
 * Characters with which a name or an event could add lines to the message or reverse its text: controls, line and
 * paragraph separators, and Unicode's directional marks.
 */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Puts external text on one line and limits its length. */
export function inline(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH - 1)}…` : line;
}

/** The first texts, and how many others there are. */
export function shownList(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_SHOWN).map(inline).join(', ');
  const others = texts.length - MAX_SHOWN;
  return others > 0 ? `${shown}, and ${others} more` : shown;
}

/**
 * SNS sends plain-text e-mail, but somebody who forwards it may show it as HTML. Half a character, left at a cut,
 * cannot be sent at all.
 */
export function harmless(text: string): string {
  return text
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** SNS takes ASCII of fewer than 100 characters, without line breaks (Amazon SNS API Reference, Publish). */
const MAX_SUBJECT_LENGTH = 99;

/** The text as a subject that SNS accepts. */
export function subjectOf(text: string): string {
  return inline(text)
    .replace(/[^ -~]+/g, '?')
    .slice(0, MAX_SUBJECT_LENGTH);
}
