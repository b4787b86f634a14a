import type { OperatorErrorParts } from '../operator-error';
import { ExitCode } from '../exit-code';
import { probeFailureInWords } from './probe-failure-in-words';
import type { ProbeFailure, RefusedProbe } from './probe-verdict';
import { TOKEN_ROLE, TokenPlace } from './token-places';

/** What was asked. */
interface Asked {
  readonly host: string;
  readonly path: string;
}

type Words = (received: string, asked: Asked) => OperatorErrorParts;

/** Words of the failures that mean something else here than at the iterator. */
const WORDS: Partial<Readonly<Record<ProbeFailure, Words>>> = {
  'scope-missing': (received, { path }) => ({
    what: `The token may not read ${path}, which events are counted with: ${received}.`,
    whatToDo: `Give it read access to that endpoint, too (${TokenPlace.Tokens}), or its service account ${TOKEN_ROLE}. The collector itself does not need it; verify --chain works without.`,
    exitCode: ExitCode.RefusedByNetskope,
  }),
  forbidden: (received, { path }) => ({
    what: `Netskope refuses to serve ${path} and does not say why: ${received}.`,
    whatToDo: `Check in this order: that the token has read access to that endpoint (${TokenPlace.Tokens}); ${TokenPlace.AllowList}, with the address of this machine; whether the token has expired.`,
    exitCode: ExitCode.RefusedByNetskope,
  }),
  'not-netskope': (received, { host, path }) => ({
    what: `${host} does not serve ${path}: ${received}.`,
    whatToDo:
      'Check the domain in the secret with npx netskope-audit doctor. Where the tenant does not offer the endpoint, verify --chain still works.',
  }),
  'index-busy': (received, { host }) => ({
    what: `${host} was busy and stayed so: ${received}.`,
    whatToDo: 'Try again in a few minutes.',
  }),
};

/** Why events could not be counted at Netskope, for the operator. */
export function countFailureInWords(verdict: RefusedProbe, asked: Asked): OperatorErrorParts {
  const words = WORDS[verdict.kind]?.(verdict.received, asked);
  return words ?? probeFailureInWords(verdict, { host: asked.host, indexName: asked.path });
}
