import { errorInWords } from '../error-in-words';
import type { Finding } from './finding';

/** One link of the chain from the operator's credentials to the person who is told of an alarm. */
export interface Link<Name extends string> {
  readonly name: Name;
  /** Links that this one builds on; they come before it. */
  readonly needs: readonly Name[];
  /** Looks. What is thrown is a finding, too, and then nothing that builds on this link can be checked. */
  readonly check: () => Promise<Finding>;
}

/** A link as it was found. */
export type CheckedLink<Name extends string> = { readonly name: Name } & (
  Finding | { readonly verdict: 'not-checked'; readonly what: string }
);

/** Checks one link after the other. One that is broken stops only those that build on it. */
export async function* walkChain<Name extends string>(
  links: readonly Link<Name>[],
): AsyncGenerator<CheckedLink<Name>> {
  const deadEnds = new Set<Name>();
  for (const { name, needs, check } of links) {
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
  const { what, whatToDo } = errorInWords(error);
  return { verdict: 'bad', what, whatToDo, isDeadEnd: true };
}
