/**
 * Reads texts from environment variables.
 * @param problems receives a sentence for each variable that is not set or empty
 * @returns a function of a variable's name and of what is expected in it; its result is empty after a problem
 */
export function requiredText(
  environment: Readonly<Record<string, string | undefined>>,
  problems: string[],
): (name: string, expected: string) => string {
  return (name, expected) => {
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    problems.push(
      `environment variable ${name} is ${value === '' ? 'empty' : 'not set'}; expected ${expected}`,
    );
    return '';
  };
}
