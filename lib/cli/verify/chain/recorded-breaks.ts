import type { ManifestLine, SkippedLine } from '../../../../lambdas/contract/storage/manifest';

/** A foreign object in the place of a line, as a later line records it. */
export interface RecordedBreak extends SkippedLine {
  /** Number of the line that records it. */
  readonly recordedBy: number;
}

/** A line as it was read, with the number of its key. */
export interface ReadLine {
  readonly number: number;
  /** Absent if the object is not a line. */
  readonly line?: ManifestLine;
}

/** The numbers of a chain that later lines record as foreign objects. */
export class RecordedBreaks {
  private readonly byNumber = new Map<number, RecordedBreak>();

  /** @param anchored numbers of lines that are known from elsewhere: no line can record these as foreign */
  constructor(private readonly anchored: readonly number[]) {}

  /**
   * Notes what lines record, before the numbers they name are checked. Starts with the last line, so that an object
   * recorded as foreign cannot record anything itself.
   */
  note(lines: readonly ReadLine[]): void {
    for (const { number, line } of [...lines].sort((one, other) => other.number - one.number)) {
      if (line?.number !== number || this.byNumber.has(number)) continue;
      for (const skipped of line.skipped ?? [])
        if (skipped.number < number && !this.anchored.includes(skipped.number))
          this.byNumber.set(skipped.number, { ...skipped, recordedBy: number });
    }
  }

  /** What is recorded for a number; undefined if a line is expected there. */
  of(number: number): RecordedBreak | undefined {
    return this.byNumber.get(number);
  }
}
