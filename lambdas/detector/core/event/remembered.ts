/** A tenant has some hundred names of events, users, networks and kinds of paths. */
const MAX_TEXTS = 1_000;
/** Names of Netskope have up to 60 characters. A long text is seldom sent twice. */
const MAX_LENGTH = 200;

/** A pure function of a text that remembers its answers: texts of events repeat, and patterns are slow. */
export function remembered<Answer>(of: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    if (text.length > MAX_LENGTH) return of(text);
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = of(text);
    if (answers.size >= MAX_TEXTS) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}
