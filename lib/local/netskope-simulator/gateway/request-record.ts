import type { IncomingMessage } from 'node:http';
import type { SimulatorPaths } from '../simulator-options';
import { endpointAt } from './gateway';
import type { SimulatorRequest } from './request';

/** A request whose status is noted when it is answered. */
export type RequestRecord = SimulatorRequest & { status?: number };

/** Reads a request; `number` counts the requests of a simulator. */
export function readRequest(
  message: IncomingMessage,
  number: number,
  { origin, paths }: { readonly origin: string; readonly paths: SimulatorPaths },
): RequestRecord {
  const { pathname, searchParams } = new URL(message.url ?? '/', origin);
  const method = message.method ?? '';
  return {
    number,
    method,
    path: pathname,
    endpoint: endpointAt(method, pathname, paths),
    parameters: searchParams,
    operation: searchParams.get('operation') ?? '',
    index: searchParams.get('index') ?? '',
    token: message.headers['netskope-api-token']?.toString(),
    headers: message.headers,
  };
}
