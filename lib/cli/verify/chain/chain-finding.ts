/** What can be wrong with a manifest and what it lists. */
export type ChainFindingKind =
  /** A listed object is not there. */
  | 'removed'
  /** A listed object has other bytes than when it was listed. */
  | 'altered'
  /** An object of archive or quarantine that no line lists. */
  | 'unlisted'
  /** A line is not the one that the line behind it, or the checkpoint, refers to. */
  | 'line altered'
  | 'line removed'
  /** The chain ends before the line that the checkpoint remembers. */
  | 'cut off'
  /** A foreign object stands, or stood, at the number of a line, and a line behind it says so. */
  | 'recorded break'
  /** Something lies among the lines that is none. */
  | 'no line';

export interface ChainFinding {
  readonly kind: ChainFindingKind;
  /** Of the object or line that is concerned. */
  readonly key: string;
  /** What was found, and what was expected. */
  readonly detail: string;
}
