import type { ManifestLine, SkippedLine } from '../../../../lambdas/contract/storage/manifest';

/** What a line says of an object that stands where a line belongs. */
export interface RecordedBreak extends SkippedLine {
  /** Number of the line that says it. */
  readonly recordedBy: number;
}

/** A line as it was read, with the number of its key. */
export interface ReadLine {
  readonly number: number;
  /** Absent where the object is none. */
  readonly line?: ManifestLine;
}

/** Which numbers of a chain are foreign objects, by the lines behind them. */
export class RecordedBreaks {
  private readonly byNumber = new Map<number, RecordedBreak>();

  /** @param anchored numbers of lines that are known from elsewhere: nobody can record these as foreign */
  constructor(private readonly anchored: readonly number[]) {}

  /**
   * Notes what lines say; they are read before what they speak of is judged. The last one is heard first, so that what is
   * recorded as foreign is not heard itself.
   */
  note(lines: readonly ReadLine[]): void {
    for (const { number, line } of [...lines].sort((one, other) => other.number - one.number)) {
      if (line?.number !== number || this.byNumber.has(number)) continue;
      for (const skipped of line.skipped ?? [])
        if (skipped.number < number && !this.anchored.includes(skipped.number))
          this.byNumber.set(skipped.number, { ...skipped, recordedBy: number });
    }
  }

  /** What is recorded of a number; undefined where a line is expected there. */
  of(number: number): RecordedBreak | undefined {
    return this.byNumber.get(number);
  }
}
