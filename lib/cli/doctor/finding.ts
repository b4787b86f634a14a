/** What was found out about one link of the chain. */
export interface Finding {
  /** `note`: nothing is broken, and yet somebody should know. */
  readonly verdict: 'good' | 'bad' | 'note';
  /** What was seen, as a sentence. */
  readonly what: string;
  /** The next step, as a sentence; a good link has none. */
  readonly whatToDo?: string;
  /** Whether the links that build on this one cannot be checked now. @default false */
  readonly isDeadEnd?: boolean;
}

/** What to do, and whether it has to be done first. */
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
