import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { TimeRange, TypedRange } from '../terminal/time-range';
import { readKeptHeads } from '../verify/chain/kept-heads';
import { readClosedRange } from '../verify/events/verify-events';
import { openFile } from './open-file';
import { reportPage } from './page/report-page';
import { readReport } from './read-report';
import { claimsOf, exitCodeOf, notCheckedIn, verdictOf } from './verdict';

export interface ReportOptions extends TypedRange {
  /** Path of the file. @default - a name made of source and period, in the working folder */
  readonly file?: string;
  /** Whether the file is opened. */
  readonly open?: boolean;
  /** Objects expire so many days after they were stored. @default - never */
  readonly retentionDays?: number;
  /** File or folder of heads that were kept. @default - the chain is held against those in the bucket alone */
  readonly heads?: string;
}

const MARKS = { kept: 'good', broken: 'bad', 'not checked': 'note' } as const;

/** Checks a period and writes what was found as a page for auditors. */
export async function makeReport(
  session: Session,
  options: ReportOptions,
  askedSourceId?: string,
): Promise<void> {
  const { terminal } = session;
  const { retentionDays, heads } = options;
  const range = readClosedRange(options, session.nowMs());
  const deployment = await session.deployment();
  const source = deployment.source(askedSourceId);
  const path = options.file ?? fileName(source.sourceId, range);
  await assertWritable(path);
  if (heads !== undefined) await readKeptHeads(heads, source.sourceId);
  const report = await readReport(session, {
    deployment,
    source,
    range,
    retentionDays,
    heads,
  });
  // Names of users stand in it.
  await writeFile(path, reportPage(report), { mode: 0o600 });
  const { result, words } = verdictOf(claimsOf(report));
  terminal.printMarked(MARKS[result], words);
  for (const { what, why } of notCheckedIn(report))
    terminal.printMarked('note', `${what}, not checked: ${why}`);
  terminal.print(`Report: ${path}`);
  terminal.json({ ...report, verdict: { result, words }, file: path });
  session.exitCode = exitCodeOf(report);
  if (options.open === true) openFile(resolve(path));
}

/** For example `netskope-audit-report-netskope-20261101T000000Z-20261201T000000Z.html`. */
function fileName(sourceId: string, { fromEpochS, toEpochS }: TimeRange): string {
  const [from, to] = [fromEpochS, toEpochS].map((epochS) =>
    new Date(epochS * 1000).toISOString().replaceAll(/[-:]|\.000/g, ''),
  );
  return `netskope-audit-report-${sourceId}-${from}-${to}.html`;
}

/** The checks may take an hour: what cannot work is refused before them. */
async function assertWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new OperatorError(
      {
        what: `${path} cannot be written: ${(cause as Error).message}`,
        whatToDo: 'Name a file in a folder that exists with --file.',
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}
