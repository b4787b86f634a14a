/** The result of one check. */
export interface Finding {
  /** `note`: nothing is broken, but the operator should know. */
  readonly verdict: 'good' | 'bad' | 'note';
  /** What was seen, as a sentence. */
  readonly what: string;
  /** The next step, as a sentence; a good finding has none. */
  readonly whatToDo?: string;
  /** Whether the checks that need this one are skipped. @default false */
  readonly isDeadEnd?: boolean;
}

/** What to do, and whether the checks that need this one have to wait for it. */
export interface Remedy {
  readonly whatToDo: string;
  /** @default false */
  readonly isDeadEnd?: boolean;
}

export function good(what: string): Finding {
  return { verdict: 'good', what };
}

export function bad(what: string, remedy: Remedy): Finding {
  return { verdict: 'bad', what, ...remedy };
}

export function note(what: string, remedy: Remedy): Finding {
  return { verdict: 'note', what, ...remedy };
}
