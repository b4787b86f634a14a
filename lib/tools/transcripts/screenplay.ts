/** A command whose transcript stands between its marker and the end marker. */
export interface CommandStep {
  readonly kind: 'transcript';
  /** As it stands in the marker: `tail netskope -n 5`, or `pass show netskope | setup netskope --token-file -`. */
  readonly command: string;
}

/** Something that happens to the deployment between two commands. */
export interface EventStep {
  readonly kind: 'meanwhile';
  readonly event: string;
}

export type Step = CommandStep | EventStep;

const MARKER = /^<!-- (transcript|meanwhile): (.*) -->$/;
const END = '<!-- end -->';

/**
 * What is to be played, in the order of the page.
 * @param page Markdown with markers, each on a line of its own
 * @throws Error where a transcript's marker is not followed by an end marker
 */
export function readSteps(page: string): readonly Step[] {
  const steps: Step[] = [];
  rewritten(page, (step) => {
    steps.push(step);
    return '';
  });
  return steps;
}

/** The transcripts that stand in the page, in its order, each with its command. */
export function readTranscripts(
  page: string,
): readonly { readonly command: string; readonly transcript: string }[] {
  const found: { command: string; transcript: string }[] = [];
  rewritten(page, (step, transcript) => {
    if (step.kind === 'transcript') found.push({ command: step.command, transcript });
    return transcript;
  });
  return found;
}

/**
 * The page with other transcripts.
 * @param transcripts one for each transcript's marker, in the order of the page
 * @throws Error where there are more markers than transcripts
 */
export function withTranscripts(page: string, transcripts: readonly string[]): string {
  const left = [...transcripts];
  return rewritten(page, (step, before) => {
    if (step.kind === 'meanwhile') return before;
    const transcript = left.shift();
    if (transcript === undefined) throw new Error(`There is no transcript of ${step.command}.`);
    return `\n${transcript}\n`;
  });
}

/** Gives each step what stands behind its marker, and puts in its place what comes back. */
function rewritten(page: string, rewrite: (step: Step, text: string) => string): string {
  const lines = page.split('\n');
  const written: string[] = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    written.push(line);
    const step = stepOf(line);
    if (step?.kind === 'meanwhile') rewrite(step, '');
    if (step?.kind !== 'transcript') continue;
    const length = lines.indexOf(END);
    if (length === -1 || lines.slice(0, length).some((between) => stepOf(between) !== undefined))
      throw new Error(`The marker "${line}" is not followed by ${END}.`);
    written.push(rewrite(step, lines.splice(0, length).join('\n')));
  }
  return written.join('\n');
}

function stepOf(line: string): Step | undefined {
  const [, kind, words = ''] = MARKER.exec(line) ?? [];
  if (kind === 'transcript') return { kind, command: words };
  return kind === 'meanwhile' ? { kind, event: words } : undefined;
}

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
