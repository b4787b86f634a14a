import { describeError } from '../describe-error';

/** What a check has found. */
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

/** One check of the path from the operator's credentials to the person who is notified of an alarm. */
export interface Check<Name extends string> {
  readonly name: Name;
  /** Checks that must not be dead ends for this one to run; they come before it. */
  readonly needs: readonly Name[];
  /** Runs the check. An error it throws is a finding as well, and a dead end. */
  readonly check: () => Promise<Finding>;
}

/** The result of a check: a finding, unless an earlier check was a dead end. */
export type CheckResult<Name extends string> = { readonly name: Name } & (
  Finding | { readonly verdict: 'not-checked'; readonly what: string }
);

/** Runs the checks one after another. A dead end skips only the checks that need it. */
export async function* runChecks<Name extends string>(
  checks: readonly Check<Name>[],
): AsyncGenerator<CheckResult<Name>> {
  const deadEnds = new Set<Name>();
  for (const { name, needs, check } of checks) {
    const missing = needs.find((needed) => deadEnds.has(needed));
    if (missing === undefined) {
      const finding = await check().catch(failedCheck);
      if (finding.isDeadEnd === true) deadEnds.add(name);
      yield { name, ...finding };
    } else {
      deadEnds.add(name);
      yield { name, verdict: 'not-checked', what: `Not checked, because of the ${missing}.` };
    }
  }
}

function failedCheck(error: unknown): Finding {
  const { what, whatToDo } = describeError(error);
  return { verdict: 'bad', what, whatToDo, isDeadEnd: true };
}
