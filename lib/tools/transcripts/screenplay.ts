/** A command whose transcript is between its marker and the end marker. */
interface CommandStep {
  readonly kind: 'transcript';
  /** As in the marker: `tail netskope -n 5`, or `pass show netskope | setup netskope --token-file -`. */
  readonly command: string;
}

/** Something that happens to the deployment between two commands. */
interface EventStep {
  readonly kind: 'meanwhile';
  readonly event: string;
}

type Step = CommandStep | EventStep;

const MARKER = /^<!-- (transcript|meanwhile): (.*) -->$/;
const END = '<!-- end -->';

/**
 * The steps to play, in the order of the page.
 * @param page Markdown with markers, each on a line of its own
 * @throws Error if a transcript's marker is not followed by an end marker
 */
export function readSteps(page: string): readonly Step[] {
  const steps: Step[] = [];
  rewritten(page, (step) => {
    steps.push(step);
    return '';
  });
  return steps;
}

/** The current transcripts of the page, in its order, each with its command. */
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
 * @throws Error if there are more markers than transcripts
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

/** Passes each step and the text after its marker to `rewrite`, and puts the returned text in its place. */
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

/** Width of the terminal in the transcripts, in columns. */
export const MAX_COLUMNS = 110;

/** A command and its output as a Markdown block. The exit code is shown if it is not 0. */
export function consoleBlock({ typed, output, exitCode }: EndedCommand): string {
  const lines = [...continued(`$ ${typed}`), ...output.trimEnd().split('\n').flatMap(folded)];
  if (exitCode !== 0) lines.push('$ echo $?', String(exitCode));
  return ['```console', ...lines, '```'].join('\n');
}

/** The typed command on as many lines as it needs, each but the last with the shell's backslash. */
function continued(typed: string): string[] {
  if (typed.length <= MAX_COLUMNS) return [typed];
  const space = typed.lastIndexOf(' ', MAX_COLUMNS - 2);
  return [`${typed.slice(0, space)} \\`, ...continued(`    ${typed.slice(space + 1)}`)];
}

/** A line as the terminal shows it: too long a line is folded, at a space if there is one. */
function folded(line: string): string[] {
  if (line.length <= MAX_COLUMNS) return [line.trimEnd()];
  const space = line.lastIndexOf(' ', MAX_COLUMNS);
  const isWithinIndent = line.slice(0, space).trim() === '';
  const end = space === -1 || isWithinIndent ? MAX_COLUMNS : space + 1;
  return [line.slice(0, end).trimEnd(), ...folded(line.slice(end))];
}
