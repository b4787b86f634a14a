import type { IncomingMessage } from 'node:http';
import { endpointAt } from './gateway';
import type { SimulatorRequest } from './request';

/** A request whose status is noted when it is answered. */
export type RequestRecord = SimulatorRequest & { status?: number };

/** What a request says, by its number and the origin of its tenant. */
export function readRequest(message: IncomingMessage, number: number, origin: string): RequestRecord {
  const { pathname, searchParams } = new URL(message.url ?? '/', origin);
  const method = message.method ?? '';
  return {
    number,
    method,
    path: pathname,
    endpoint: endpointAt(method, pathname),
    parameters: searchParams,
    operation: searchParams.get('operation') ?? '',
    index: searchParams.get('index') ?? '',
    token: message.headers['netskope-api-token']?.toString(),
    headers: message.headers,
  };
}
