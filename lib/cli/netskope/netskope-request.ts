import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import { TOKEN_HEADER } from '../../../lambdas/collector/adapters/netskope-client';
import { COLLECTOR_VERSION } from '../../../lambdas/collector/adapters/version';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import {
  LOOPBACK_ORIGIN_EXPECTED,
  loopbackOrigin,
  shownAddress,
} from '../../../lambdas/contract/deployment/loopback-origin';
import { agentOptions, codeOf, hostOf, proxyIn } from '../../../lambdas/shared/proxy';
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
  /** `code` is Node's own, such as ENOTFOUND, or TIMEOUT; `proxy` says which proxy was, or should have been, on the way. */
  | {
      readonly kind: 'unanswered';
      readonly stage: RequestStage;
      readonly code: string;
      readonly proxy?: string;
    };

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
    const proxy = isTls(asked) ? describeProxy(process.env, process.versions.node) : undefined;
    if (signal.aborted) return { kind: 'unanswered', stage, code: 'TIMEOUT', proxy };
    const code = codeOf(firstOf(error));
    const isTunneled = proxy !== undefined && isOfTunneledTls(stage, error);
    return { kind: 'unanswered', stage: isTunneled ? 'tls' : stage, code, proxy };
  }
}

/** Behind a proxy the socket comes when TLS is negotiated, so an error that is of neither network nor proxy is of TLS. */
function isOfTunneledTls(stage: RequestStage, error: unknown): boolean {
  const { code, syscall } = firstOf(error) as { readonly code?: unknown; readonly syscall?: unknown };
  return stage === 'connect' && syscall === undefined && code !== 'ERR_PROXY_TUNNEL';
}

/**
 * The proxy of the environment in words, without its password; undefined if there is none.
 * @param version of Node.js, such as `24.21.0`
 */
export function describeProxy(environment: Environment, version: string): string | undefined {
  const proxy = proxyIn(environment);
  if (proxy === undefined) return undefined;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const goesByIt = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
  return goesByIt
    ? `through the proxy ${hostOf(proxy)}`
    : `HTTPS_PROXY is set, but Node.js ${version} does not go by it; 22.21 and 24.5 do`;
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
  const options = { headers, signal };
  return isTls(asked)
    ? requestHttps(url, { ...options, agent: new Agent(agentOptions(proxyIn(process.env))) }).end()
    : requestHttp(url, { ...options, agent: false }).end();
}

function followStages(request: ClientRequest, hasTls: boolean, reach: (stage: RequestStage) => void): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) reach('answer');
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
function firstOf(error: unknown): unknown {
  return (error instanceof AggregateError ? error.errors[0] : error) ?? {};
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
