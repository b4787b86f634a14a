import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { StackStore } from './cloudformation-endpoint';
import { AlarmStore } from './cloudwatch/alarms';
import type { MetricStore } from './cloudwatch/metric-store';
import type { BusEvent } from './eventbridge-endpoint';
import { SigningKeys } from './kms-endpoint';
import { FunctionStore } from './lambda-endpoint';
import { sdkEnvironment } from './local-account';
import type { DeployedResources, LocalState } from './local-services';
import { openLocalState, serviceEndpoints } from './local-services';
import type { ObjectStore } from './s3/object-store';
import type { SecretStore } from './secret-store';
import { TopicStore } from './sns-endpoint';
import type {
  AwsAnswer,
  AwsCall,
  AwsEndpoint,
  AwsHooks,
  AwsRequest,
  AwsService,
  HookOutcome,
} from './wire/aws-call';
import { AwsError } from './wire/aws-call';
import { failureAnswer } from './wire/aws-failure';
import { readCredentialScope, readRequestBody, readRequestHead, refuseForeignHost } from './wire/aws-request';

interface LocalAwsOptions {
  /** Folder for the state. @default - in memory, lost when stopped */
  readonly stateDir?: string;
  /** Hooks by which a test intervenes. @default - none */
  readonly hooks?: AwsHooks;
  /** TCP port on 127.0.0.1. @default - any free one */
  readonly port?: number;
  /** The clock, in unix milliseconds. @default - the real one */
  readonly nowMs?: () => number;
  /**
   * Access key of requests: one made at random at each start, or any, by which a test tells callers apart.
   * @default 'any'
   */
  readonly accessKey?: 'own' | 'any';
}

const ACCESS_KEY_BYTES = 16;

/**
 * The AWS services of this project on one loopback port, for the calls that the project makes. The unmodified AWS SDK
 * talks to it over its real wire protocols. Anything it does not know is refused, never ignored. Requests must be
 * signed, as for AWS, but the signature itself is not verified. Anyone who knows the access key may do everything: the
 * key keeps other users of the machine out if the state is a real tenant's. A request for another host is refused.
 *
 * What the collector writes to is kept in the folder, if there is one. What a deployment creates (stacks, functions,
 * topics, alarms) is in memory, and must be put there by the code that plays the deployment.
 */
export class LocalAws implements DeployedResources {
  /** Replaceable at any time; read when a call arrives. */
  hooks: AwsHooks;
  /**
   * Time of the `Date` header, replaceable at any time. By default the machine's time, whatever the clock of the state:
   * an SDK client corrects its clock by the header, and retries a refused call after a correction.
   */
  tellsTimeMs: () => number = Date.now;
  readonly stacks: StackStore;
  readonly functions = new FunctionStore();
  readonly topics: TopicStore;
  readonly alarms: AlarmStore;
  readonly bus: BusEvent[] = [];
  readonly keys = new SigningKeys();
  readonly #accessKeyId: string | undefined;
  readonly #server: Server;
  readonly #state: LocalState;
  readonly #endpoints: Readonly<Record<AwsService, AwsEndpoint>>;
  readonly #running = new Set<Promise<unknown>>();
  #origin = '';
  #stopped: Promise<void> | undefined;

  private constructor(state: LocalState, { hooks = {}, nowMs = Date.now, accessKey }: LocalAwsOptions) {
    if (accessKey === 'own')
      this.#accessKeyId = `LOCAL${randomBytes(ACCESS_KEY_BYTES).toString('hex').toUpperCase()}`;
    this.hooks = hooks;
    this.#state = state;
    this.stacks = new StackStore(nowMs);
    this.topics = new TopicStore(nowMs);
    this.alarms = new AlarmStore(this.topics, nowMs);
    this.#endpoints = serviceEndpoints(state, this, nowMs);
    this.#server = createServer((message, response) => void this.#serve(message, response));
  }

  /** @throws Error if the port is taken, the folder is in use by another process, or a file in it is broken. */
  static async start(options: LocalAwsOptions = {}): Promise<LocalAws> {
    const state = await openLocalState(options.stateDir, options.nowMs ?? Date.now);
    const aws = new LocalAws(state, options);
    try {
      aws.#origin = await listenOnLoopback(aws.#server, options.port);
    } catch (error) {
      await state.close();
      throw error;
    }
    return aws;
  }

  /** Origin of the endpoint, such as `http://127.0.0.1:4566`. */
  get url(): string {
    return this.#origin;
  }

  get objects(): ObjectStore {
    return this.#state.objects;
  }

  /** The secrets; their values are in memory only, with or without a folder. */
  get secrets(): SecretStore {
    return this.#state.secrets;
  }

  get metrics(): MetricStore {
    return this.#state.metrics;
  }

  /** Variables that point the AWS SDK only to this endpoint, to be laid over the environment of a process. */
  environment(): Record<string, string> {
    return sdkEnvironment(this.#origin, this.#accessKeyId);
  }

  /** Credentials that this endpoint accepts. @param name identifies the caller if any key is accepted */
  credentials(name: string): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    return { accessKeyId: this.#accessKeyId ?? name, secretAccessKey: name };
  }

  /** Cuts every connection, waits for calls being applied, and closes the state. Further calls change nothing. */
  stop(): Promise<void> {
    this.#stopped ??= this.#close();
    return this.#stopped;
  }

  async #close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await Promise.allSettled(this.#running);
    await this.functions.settled().finally(() => this.#state.close());
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = readRequestHead(message);
    const outcome = await readRequestBody(message).then(
      (body) => this.#outcome({ ...head, body }),
      (error: unknown) => failureAnswer(error, { ...head, body: Buffer.alloc(0) }),
    );
    if (outcome === 'reset') message.socket.resetAndDestroy();
    else send(outcome, response.setHeader('date', new Date(this.tellsTimeMs()).toUTCString()));
  }

  async #outcome(request: AwsRequest): Promise<AwsAnswer | 'reset'> {
    try {
      refuseForeignHost(request);
      const scope = readCredentialScope(request, this.#accessKeyId);
      const endpoint = this.#endpoints[scope.service];
      const call: AwsCall = { ...request, ...scope, ...endpoint.identify(request) };
      const replaced = faulty(await this.hooks.before?.(call), call);
      if (replaced !== undefined) return replaced;
      const answer = await this.#apply(endpoint, call);
      return faulty(await this.hooks.after?.(call), call) ?? answer;
    } catch (error) {
      return failureAnswer(error, request);
    }
  }

  /** A call that a hook held back until after the stop is no longer applied. */
  async #apply(endpoint: AwsEndpoint, call: AwsCall): Promise<AwsAnswer> {
    if (this.#stopped !== undefined)
      throw new AwsError(503, 'ServiceUnavailable', 'The local AWS endpoint has stopped.');
    const applying = endpoint.apply(call).catch((error: unknown) => failureAnswer(error, call));
    this.#running.add(applying);
    return applying.finally(() => this.#running.delete(applying));
  }
}

function faulty(fault: HookOutcome, call: AwsCall): AwsAnswer | 'reset' | undefined {
  if (fault === undefined) return undefined;
  return fault.kind === 'reset'
    ? 'reset'
    : failureAnswer(new AwsError(fault.status, fault.code, fault.message), call);
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

/**
 * Makes a server listen only on 127.0.0.1.
 * @param port 0 takes any free port.
 * @returns its origin, by IP address: the SDK then addresses S3 path-style, which it would not do with a host name.
 * @throws Error if the port is taken.
 */
async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error(`The server listens on ${String(address)}, expected a TCP port.`);
  }
  return `http://127.0.0.1:${address.port}`;
}
