import { TOKEN_PLACES, TokenPlace } from '../../../lambdas/contract/deployment/token-places';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { formatDuration } from '../../format/quantities';
import type { OperatorErrorParts } from '../operator-error';
import { ExitCode } from '../operator-error';
import type { ProbeFailure, RefusedProbe } from './probe-verdict';

interface Tried {
  readonly feed: Pick<Feed, 'iteratorPath'>;
  readonly host: string;
  readonly indexName: string;
}

type Words = Readonly<Record<'what' | 'whatToDo', string>>;

export const TOKEN_ROLE = 'a role with Audit Log: View';

/** Failures that the owner of the token or of the tenant must fix. */
const REFUSALS: ReadonlySet<ProbeFailure> = new Set([
  'token-refused',
  'scope-missing',
  'address-refused',
  'page-forbidden',
  'api-disabled',
  'forbidden',
]);

/** Describes why a probe failed, for the person who gave domain and token. */
export function describeProbeFailure(verdict: RefusedProbe, tried: Tried): Required<OperatorErrorParts> {
  const exitCode = REFUSALS.has(verdict.kind) ? ExitCode.RefusedByNetskope : ExitCode.Failed;
  return { ...WORDS[verdict.kind]({ ...verdict, ...tried }), exitCode };
}

const ADDRESS_OF_LAMBDA = 'The collector needs a listed address as well, and Lambda has no fixed one.';

const WORDS: Readonly<Record<ProbeFailure, (failed: RefusedProbe & Tried) => Words>> = {
  'host-not-found': ({ host, received }) => ({
    what: `Host ${host} was not found (${received}).`,
    whatToDo:
      'Check the domain: it is the host name in the address bar of the Netskope console, such as corp.goskope.com or corp.eu.goskope.com.',
  }),
  unreachable: ({ host, received }) => ({
    what: `No connection to ${host} came up (${received}).`,
    whatToDo:
      'Check the network of this machine: its name server, and whether a firewall lets it connect to port 443.',
  }),
  'tls-failed': ({ host, received }) => ({
    what: `TLS with ${host} failed (${received}); the token was not sent.`,
    whatToDo:
      'Check the domain. If TLS is inspected on the way, name a file with the certificate of the inspector in NODE_EXTRA_CA_CERTS.',
  }),
  'no-answer': ({ host, received }) => ({
    what: `${host} took the request and gave no answer (${received}).`,
    whatToDo:
      "Try again in a few minutes; if it stays so, look at the status page of your tenant's data center.",
  }),
  'not-netskope': ({ feed, host, received }) => ({
    what: `${host} is not a Netskope tenant: expected an answer of ${feed.iteratorPath}, received ${received}.`,
    whatToDo:
      'Check the domain. If the host is not yours, revoke the token in Netskope, for it was sent there.',
  }),
  'token-refused': ({ feed, received }) => ({
    what: `Netskope does not accept the token: ${received}. It is mistyped, expired or revoked, or of another tenant.`,
    whatToDo: `Look for it in ${TOKEN_PLACES}. A new one needs ${TOKEN_ROLE}, one of the older kind ${tokenScope(feed)}; a REST API v1 token does not work.`,
  }),
  'scope-missing': ({ feed, received }) => ({
    what: `Netskope knows the token, but it may not read audit events: ${received}.`,
    whatToDo: `Give it ${tokenScope(feed)} (${TokenPlace.Tokens}), or its service account ${TOKEN_ROLE}.`,
  }),
  'address-refused': ({ received }) => ({
    what: `The tenant does not admit the source address of this machine: ${received}.`,
    whatToDo: `Add the address in ${TokenPlace.AllowList}, or to the list of the token's role. ${ADDRESS_OF_LAMBDA}`,
  }),
  'page-forbidden': ({ host, received }) => ({
    what: `${host} refuses the request with a web page: ${received}. Perhaps the tenant does not admit the source address of this machine.`,
    whatToDo: `Check that the address is in ${TokenPlace.AllowList}, and in the list of the token's role. ${ADDRESS_OF_LAMBDA} If the address is admitted, look for a proxy that answers in Netskope's place.`,
  }),
  'api-disabled': ({ received }) => ({
    what: `The REST API of the tenant is switched off: ${received}.`,
    whatToDo: `Switch it on in ${TokenPlace.Status}.`,
  }),
  forbidden: ({ feed, received }) => ({
    what: `Netskope refuses the request and does not say why: ${received}.`,
    whatToDo: `Check in this order: that the token has ${tokenScope(feed)}; ${TokenPlace.Status}; ${TokenPlace.AllowList}; whether the token has expired.`,
  }),
  'rate-limited': ({ received, retryAfterMs }) => ({
    what: `Netskope limits the rate: ${received}${retryAfterMs === undefined ? '' : `; it asks to wait ${formatDuration(retryAfterMs)}`}.`,
    whatToDo:
      'Try again then. All consumers of the endpoint share its limit: find out what else polls audit events of this tenant.',
  }),
  'index-busy': ({ received, indexName }) => ({
    what: `Netskope says that another consumer uses the index ${indexName}: ${received}. The name was made for this try alone.`,
    whatToDo:
      'Try again, which uses a new name. If it stays so, stop whatever else reads audit events of this tenant, and open a case with Netskope.',
  }),
  'netskope-failed': ({ host, received }) => ({
    what: `${host} failed: ${received}.`,
    whatToDo:
      "Try again in a few minutes; if it stays so, look at the status page of your tenant's data center.",
  }),
  'answer-damaged': ({ host, received }) => ({
    what: `${host} answered, but each answer came damaged: ${received}.`,
    whatToDo: 'Try again in a few minutes; if it stays so, look for a proxy that changes answers on the way.',
  }),
  'not-understood': ({ host, received }) => ({
    what: `${host} answered as the API does not document: ${received}.`,
    whatToDo:
      'Check the domain, and look for a proxy that answers in its place; otherwise open a case with Netskope and give these words.',
  }),
};

/** The permission that a token needs. */
export function tokenScope({ iteratorPath }: Pick<Feed, 'iteratorPath'>): string {
  return `read access to the endpoint ${iteratorPath}`;
}
