/** A command that was run to its end. */
export interface EndedCommand {
  /** As an operator types it. */
  readonly typed: string;
  /** Standard output and standard error, in the order in which they were written. */
  readonly output: string;
  readonly exitCode: number;
}

/** Columns of the terminal that the transcripts are shown in. */
const MAX_COLUMNS = 110;

/** A command and what it printed, as a Markdown block. An exit code is asked for where it is not 0. */
export function consoleBlock({ typed, output, exitCode }: EndedCommand): string {
  const lines = [...continued(`$ ${typed}`), ...output.trimEnd().split('\n').flatMap(folded)];
  if (exitCode !== 0) lines.push('$ echo $?', String(exitCode));
  return ['```console', ...lines, '```'].join('\n');
}

/** What is typed, on as many lines as it needs, each but the last with the backslash that a shell wants there. */
function continued(typed: string): string[] {
  if (typed.length <= MAX_COLUMNS) return [typed];
  const space = typed.lastIndexOf(' ', MAX_COLUMNS - 2);
  return [`${typed.slice(0, space)} \\`, ...continued(`    ${typed.slice(space + 1)}`)];
}

/** A line as the terminal shows it: where it is too long it goes on below, at a space if there is one. */
function folded(line: string): string[] {
  if (line.length <= MAX_COLUMNS) return [line.trimEnd()];
  const space = line.lastIndexOf(' ', MAX_COLUMNS);
  const isWithinIndent = line.slice(0, space).trim() === '';
  const end = space === -1 || isWithinIndent ? MAX_COLUMNS : space + 1;
  return [line.slice(0, end).trimEnd(), ...folded(line.slice(end))];
}
