import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import { NetskopeSimulator } from '../../../lib/local/netskope-simulator/netskope-simulator';
import type { SimulatorOptions } from '../../../lib/local/netskope-simulator/simulator-options';

/** 2023-11-14 22:13:20 UTC, the present of every test that does not move its clock. */
export const presentS = 1_700_000_000;

const running: NetskopeSimulator[] = [];

/** A tenant at `presentS` without a rate limit, stopped by `stopTenants`. */
export async function startTenant(options: Partial<SimulatorOptions> = {}): Promise<NetskopeSimulator> {
  const nowMs = () => presentS * 1000;
  const simulator = await NetskopeSimulator.start({ nowMs, rateLimitPerS: 'unlimited', ...options });
  running.push(simulator);
  return simulator;
}

/** Stops every tenant of the test. @throws the error of a hook */
export async function stopTenants(): Promise<void> {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
}

/** A small event, inserted when it happened by default. */
export function event(id: string, insertedAtS: number, timestampS = insertedAtS): SimulatedEvent {
  return { text: `{"_id":"${id}","timestamp":${timestampS}}`, id, timestampS, insertedAtS };
}

/** The raw answer to one call. */
export interface RawAnswer {
  /** Absent if no response began. */
  readonly status?: number;
  readonly headers: IncomingHttpHeaders;
  /** Body bytes that arrived, still encoded. */
  readonly bytes: Buffer;
  /** Node's error code if the connection failed before the body was complete. */
  readonly failure?: string;
}

export interface RawCall {
  readonly operation?: string;
  readonly index?: string;
  /** All query parameters. @default - `operation` and `index` */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly path?: string;
  readonly method?: string;
  readonly acceptsGzip?: boolean;
  readonly signal?: AbortSignal;
  /** @default - a connection of its own */
  readonly agent?: Agent;
}

/** Makes one call, on a new connection unless there is an agent; a failed connection is returned as an answer. */
export function call(simulator: NetskopeSimulator, options: RawCall = {}): Promise<RawAnswer> {
  const {
    operation = 'next',
    index = 'i',
    token = 'token-a',
    acceptsGzip = false,
    method = 'GET',
    signal,
    agent = false,
  } = options;
  const query = new URLSearchParams(
    options.parameters ?? { ...(operation && { operation }), ...(index && { index }) },
  );
  const url = `${simulator.url}${options.path ?? '/api/v2/events/dataexport/events/audit'}?${query.toString()}`;
  const headers = {
    ...(token && { 'Netskope-Api-Token': token }),
    ...(acceptsGzip && { 'Accept-Encoding': 'gzip' }),
  };
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resolve({ headers: {}, bytes: Buffer.alloc(0), failure: error.code ?? error.message });
    const request = get(url, { agent, headers, method, signal }, (response) => resolve(read(response)));
    request.on('error', failed);
  });
}

async function read(response: IncomingMessage): Promise<RawAnswer> {
  const { statusCode: status, headers } = response;
  const received: Buffer[] = [];
  try {
    for await (const bytes of response as AsyncIterable<Buffer>) received.push(bytes);
    return { status, headers, bytes: Buffer.concat(received) };
  } catch (error) {
    return {
      status,
      headers,
      bytes: Buffer.concat(received),
      failure: (error as NodeJS.ErrnoException).code,
    };
  }
}

/** The decoded body as text. */
export function textOf({ bytes, headers }: RawAnswer): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The page of a valid 200. @throws SyntaxError if the body is not JSON. */
export function pageOf(answer: RawAnswer): Page {
  return JSON.parse(textOf(answer)) as Page;
}

interface Page {
  readonly ok: number;
  readonly result: readonly { readonly _id: string }[];
  readonly total?: number;
  readonly wait_time?: number;
  readonly timestamp_hwm?: number;
}

/** The ids in the page of one call. */
export async function idsOf(simulator: NetskopeSimulator, operation: string, index = 'i'): Promise<string[]> {
  return pageOf(await call(simulator, { operation, index })).result.map((served) => served._id);
}

/** The `timestamp_hwm` and the number of events in the page of one call. */
export async function progressOf(simulator: NetskopeSimulator, operation: string) {
  const { result, timestamp_hwm } = pageOf(await call(simulator, { operation }));
  return { events: result.length, watermarkS: timestamp_hwm };
}

/** One `next` that is never answered; the client gives up as soon as the simulator has processed it. */
export async function stalledCall(
  simulator: NetskopeSimulator,
  served: Extract<Fault, { kind: 'stall' }>['served'],
  options: RawCall = {},
): Promise<void> {
  const clientGone = new AbortController();
  const arrived = new Promise<void>((resolve) => {
    simulator.hooks = {
      received: () => {
        setImmediate(resolve);
        return { kind: 'stall', served };
      },
    };
  });
  const answer = call(simulator, { operation: 'next', signal: clientGone.signal, ...options });
  await arrived;
  clientGone.abort();
  expect(await answer).toMatchObject({ failure: 'ABORT_ERR' });
  expect(simulator.requests.at(-1)?.status).toBeUndefined();
  simulator.hooks = {};
}
