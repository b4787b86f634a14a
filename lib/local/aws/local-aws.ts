import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsService } from './aws-call';
import { AwsError, asAwsError } from './aws-error';
import type { AwsHooks, HookOutcome } from './aws-hooks';
import { jsonFailure } from './aws-json';
import { readRequestBody, readRequestHead } from './aws-request';
import { CloudWatchEndpoint } from './cloudwatch-endpoint';
import { readCredentialScope } from './credential-scope';
import { openLocalState, type LocalState } from './local-state';
import { listenOnLoopback } from './loopback';
import type { MetricStore } from './metric-store';
import type { ObjectStore } from './object-store';
import { S3Endpoint } from './s3-endpoint';
import { xmlFailure } from './s3-xml';
import { sdkEnvironment } from './sdk-environment';
import type { SecretStore } from './secret-store';
import { SecretsManagerEndpoint } from './secrets-manager-endpoint';

/** How to start the endpoint. */
export interface LocalAwsOptions {
  /** Folder the state is kept in. @default - in memory, gone when stopped */
  readonly stateDir?: string;
  /** Where a test steps in. @default - nowhere */
  readonly hooks?: AwsHooks;
  /** TCP port on 127.0.0.1. @default - any free one */
  readonly port?: number;
  /** The clock, in milliseconds of the epoch. @default - the real one */
  readonly nowMs?: () => number;
}

/**
 * S3, DynamoDB, Secrets Manager and CloudWatch metrics on one loopback port, for the calls this project makes. The
 * unmodified AWS SDK speaks to it over its real wire protocols, and whatever it does not know is refused, never ignored.
 * Requests must be signed, for AWS refuses unsigned ones; the signature itself is not verified.
 */
export class LocalAws {
  /** Replaceable at any time; read when a call arrives. */
  hooks: AwsHooks;
  readonly #server: Server;
  readonly #state: LocalState;
  readonly #endpoints: Readonly<Record<AwsService, AwsEndpoint>>;
  readonly #running = new Set<Promise<unknown>>();
  #origin = '';
  #stopped: Promise<void> | undefined;

  private constructor(state: LocalState, hooks: AwsHooks, nowMs: () => number) {
    this.hooks = hooks;
    this.#state = state;
    this.#endpoints = {
      s3: new S3Endpoint(state.objects),
      dynamodb: state.tables,
      secretsmanager: new SecretsManagerEndpoint(state.secrets),
      monitoring: new CloudWatchEndpoint(state.metrics, nowMs),
    };
    this.#server = createServer((message, response) => void this.#serve(message, response));
  }

  /** @throws Error when the port is taken, or the folder is in use by another process. */
  static async start({
    stateDir,
    hooks = {},
    port,
    nowMs = Date.now,
  }: LocalAwsOptions = {}): Promise<LocalAws> {
    const state = await openLocalState(stateDir, nowMs);
    const aws = new LocalAws(state, hooks, nowMs);
    try {
      aws.#origin = await listenOnLoopback(aws.#server, port);
    } catch (error) {
      await state.close();
      throw error;
    }
    return aws;
  }

  /** Origin of the endpoint, as in `http://127.0.0.1:4566`. */
  get url(): string {
    return this.#origin;
  }

  /** The buckets and objects, as they are. */
  get objects(): ObjectStore {
    return this.#state.objects;
  }

  /** The secrets; their values are in memory only, with or without a folder. */
  get secrets(): SecretStore {
    return this.#state.secrets;
  }

  /** The metric points that arrived. */
  get metrics(): MetricStore {
    return this.#state.metrics;
  }

  /** Variables that point the AWS SDK here and nowhere else; lay them over the environment of a process. */
  environment(): Record<string, string> {
    return sdkEnvironment(this.#origin);
  }

  /** Breaks off every connection, lets what is being applied end, and closes the state. Once is enough, twice is fine. */
  stop(): Promise<void> {
    this.#stopped ??= this.#close();
    return this.#stopped;
  }

  async #close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await Promise.allSettled(this.#running);
    await this.#state.close();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = readRequestHead(message);
    const outcome = await readRequestBody(message).then(
      (body) => this.#outcome({ ...head, body }),
      (error: unknown) => failure(error, { ...head, body: Buffer.alloc(0) }),
    );
    if (outcome === 'reset') message.socket.resetAndDestroy();
    else send(outcome, response);
  }

  async #outcome(request: AwsRequest): Promise<AwsAnswer | 'reset'> {
    try {
      const scope = readCredentialScope(request);
      const endpoint = this.#endpoints[scope.service];
      const call: AwsCall = { ...request, ...scope, ...endpoint.identify(request) };
      const replaced = faulty(await this.hooks.before?.(call), call);
      if (replaced !== undefined) return replaced;
      const answer = await this.#apply(endpoint, call);
      return faulty(await this.hooks.after?.(call), call) ?? answer;
    } catch (error) {
      return failure(error, request);
    }
  }

  /** A call that a hook held back until after the stop is not applied any more. */
  async #apply(endpoint: AwsEndpoint, call: AwsCall): Promise<AwsAnswer> {
    if (this.#stopped !== undefined)
      throw new AwsError(503, 'ServiceUnavailable', 'The local AWS endpoint has stopped.');
    const applying = endpoint.apply(call).catch((error: unknown) => failure(error, call));
    this.#running.add(applying);
    return applying.finally(() => this.#running.delete(applying));
  }
}

function faulty(fault: HookOutcome, call: AwsCall): AwsAnswer | 'reset' | undefined {
  if (fault === undefined) return undefined;
  return fault.kind === 'reset'
    ? 'reset'
    : failure(new AwsError(fault.status, fault.code, fault.message), call);
}

function failure(error: unknown, request: AwsRequest): AwsAnswer {
  const refusal = asAwsError(error);
  return 'x-amz-target' in request.headers ? jsonFailure(refusal, request) : xmlFailure(refusal, request);
}

function send({ status, headers, body }: AwsAnswer, response: ServerResponse): void {
  const requestId = randomUUID();
  response.writeHead(status, {
    'content-length': String(body.length),
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...headers,
  });
  response.end(body);
}
