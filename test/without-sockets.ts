import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import type { HttpRequest } from '@smithy/core/protocols';
import { buildQueryString, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { LocalAws } from '../lib/local/aws/local-aws';
import type { AwsAnswer } from '../lib/local/aws/wire/aws-call';
import { readRequestHead } from '../lib/local/aws/wire/aws-request';

/** Endpoints of this process, by their ports; without what those of earlier tests hold. */
const endpoints = new Map<number | undefined, WeakRef<LocalAws>>();

/**
 * From now on the AWS SDK of this process hands its requests to this endpoint as it would send them, signed and in the form
 * of the wire, and gets the answers as they would arrive, but over no socket: that takes half the time. What tests the
 * endpoint, and what runs as a process of its own, uses sockets.
 */
export function withoutSockets(aws: LocalAws): LocalAws {
  endpoints.set(Number(new URL(aws.url).port), new WeakRef(aws));
  return aws;
}

type Handler = Pick<NodeHttpHandler, 'handle'>;
const { handle: overSocket } = NodeHttpHandler.prototype as {
  readonly handle: (this: Handler, ...args: Parameters<Handler['handle']>) => ReturnType<Handler['handle']>;
};

NodeHttpHandler.prototype.handle = async function (this: NodeHttpHandler, request: HttpRequest, options) {
  const aws = endpoints.get(request.port)?.deref();
  if (aws === undefined || aws.isStopped) return overSocket.call(this, request, options);
  await othersHadTheirTurn();
  const outcome = await aws.answer(arriving(request));
  // As the SDK's own handler throws it.
  if (outcome === 'reset')
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', name: 'TimeoutError' });
  return { response: responseOf(outcome, request) };
};

/** The request as the endpoint reads it from a socket. */
function arriving({ method, path, query, headers, body }: HttpRequest) {
  const search = buildQueryString(query);
  const url = search === '' ? path : `${path}?${search}`;
  const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const head = { method, url, headers: Object.fromEntries(names) as IncomingMessage['headers'] };
  return {
    ...readRequestHead(head as IncomingMessage),
    body: bytesOf(body as Uint8Array | string | undefined),
  };
}

function bytesOf(body: Uint8Array | string = ''): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** The answer as the SDK reads it from a socket. Only an object of S3 has to be a stream. */
function responseOf({ status, headers, body }: AwsAnswer, { method, query }: HttpRequest): HttpResponse {
  const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const sent = method === 'HEAD' ? Buffer.alloc(0) : body;
  return new HttpResponse({
    statusCode: status,
    headers: Object.fromEntries(names) as Record<string, string>,
    body: query['x-id'] === 'GetObject' ? Readable.from([sent]) : sent,
  });
}
