import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { TOKEN_HEADER } from '../../../lambdas/collector/adapters/netskope-client';
import { COLLECTOR_VERSION } from '../../../lambdas/collector/adapters/version';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import {
  LOOPBACK_ORIGIN_EXPECTED,
  loopbackOrigin,
  shownAddress,
} from '../../../lambdas/contract/deployment/loopback-origin';
import { ExitCode, OperatorError } from '../operator-error';

/** One call of Netskope's REST API; it only reads. */
interface NetskopeRequest {
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  /** Of a feed's iterator, or of its endpoint by time range. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly token: string;
  /** Limit for the whole call, body included. */
  readonly timeoutMs: number;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** The stage that a request reached: name lookup, connection, TLS negotiation, waiting for the answer. */
type RequestStage = 'lookup' | 'connect' | 'tls' | 'answer';

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Absent if it was cut off or is too long. */
  readonly body?: Buffer;
  /** When the head of the answer came, unix milliseconds. */
  readonly receivedAtMs: number;
}

/** The outcome of the call, not yet interpreted. */
export type NetskopeAnswer =
  | Answered
  /** `code` is Node's own, such as ENOTFOUND, or TIMEOUT. */
  | { readonly kind: 'unanswered'; readonly stage: RequestStage; readonly code: string };

/** Longer than any error body or page requested here; a host that is not a tenant may send anything. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Makes one call and follows no redirect, so that the token is sent nowhere else. The collector's client interprets an
 * answer for the cursor; this one keeps what an operator needs to find a fault: the stage, the status and the body.
 */
export async function askNetskope(asked: NetskopeRequest): Promise<NetskopeAnswer> {
  let stage: RequestStage = 'connect';
  const signal = AbortSignal.timeout(asked.timeoutMs);
  try {
    const request = send(asked, signal);
    followStages(request, isTls(asked), (reached) => (stage = reached));
    const response = await responseTo(request);
    return {
      kind: 'answered',
      status: response.statusCode ?? 0,
      headers: response.headers,
      receivedAtMs: asked.nowMs(),
      body: await bodyOf(response),
    };
  } catch (error) {
    return { kind: 'unanswered', stage, code: signal.aborted ? 'TIMEOUT' : codeOf(error) };
  }
}

function isTls({ origin }: NetskopeRequest): boolean {
  return origin.startsWith('https:');
}

/** Opens a new connection: a reused one has no stages to observe. */
function send(asked: NetskopeRequest, signal: AbortSignal): ClientRequest {
  const url = new URL(asked.path, asked.origin);
  for (const [name, value] of Object.entries(asked.query)) url.searchParams.set(name, value);
  const headers = {
    [TOKEN_HEADER]: asked.token,
    Accept: 'application/json',
    'User-Agent': `netskope-audit-collector/${COLLECTOR_VERSION}`,
  };
  const open = isTls(asked) ? requestHttps : requestHttp;
  return open(url, { headers, signal, agent: false }).end();
}

function followStages(request: ClientRequest, hasTls: boolean, reach: (stage: RequestStage) => void): void {
  request.once('socket', (socket) => {
    socket.once('lookup', (error: Error | null) => reach(error === null ? 'connect' : 'lookup'));
    socket.once('connect', () => reach(hasTls ? 'tls' : 'answer'));
    socket.once('secureConnect', () => reach('answer'));
  });
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
}

async function bodyOf(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** If several addresses failed, they come as one error (Node.js documentation, net, `autoSelectFamily`). */
function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code, name } = (first ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : String(name);
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Origin of a tenant's API: `https://corp.goskope.com`. NETSKOPE_ENDPOINT_URL replaces it, as in the collector.
 * @param host bare host name of the tenant
 * @throws OperatorError as `netskopeEndpoint` does
 */
export function netskopeOrigin(host: string, environment: Environment): string {
  return netskopeEndpoint(environment) ?? `https://${host}`;
}

/**
 * The origin in NETSKOPE_ENDPOINT_URL, which replaces that of every tenant; undefined if it is not set.
 * @throws OperatorError if it is not on this machine
 */
export function netskopeEndpoint(environment: Environment): string | undefined {
  const override = environment[EnvVar.NetskopeEndpointUrl];
  if (override === undefined) return undefined;
  const origin = loopbackOrigin(override);
  if (origin !== undefined) return origin;
  throw new OperatorError({
    what: `The environment variable ${EnvVar.NetskopeEndpointUrl} is ${shownAddress(override)}; ${LOOPBACK_ORIGIN_EXPECTED}.`,
    whatToDo: 'Correct it, or unset it: only local tests need it.',
    exitCode: ExitCode.WrongUsage,
  });
}
