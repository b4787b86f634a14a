import type { InvocationEnd } from '../function-process';
import { localArn } from './local-account';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { AwsError, LAMBDA_FUNCTIONS_PATH, notImplemented } from './wire/aws-call';

const INVOKE = new RegExp(`^${LAMBDA_FUNCTIONS_PATH}([^/]+)/invocations$`);

/** `x-amz-*` headers that are read here, or have no effect on the function. */
const KNOWN_HEADERS = [
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-invocation-type',
  'x-amz-log-type',
];

/** Lambda, for existing functions. */
export class LambdaEndpoint implements AwsEndpoint {
  readonly #functions: FunctionStore;

  constructor(functions: FunctionStore) {
    this.#functions = functions;
  }

  identify({ method, path, query }: AwsRequest): AwsTarget {
    if (method !== 'POST' || !INVOKE.test(path) || query.size > 0) {
      throw notImplemented(`the Lambda request ${method} ${path}?${[...query.keys()].join('&')}`);
    }
    return { operation: 'Invoke' };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    checkHeaders(call);
    const [, encodedName = ''] = INVOKE.exec(call.path) ?? [];
    const name = decodeURIComponent(encodedName);
    const payload = payloadOf(call.body);
    const invocationType = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    switch (invocationType) {
      case 'RequestResponse':
        return answerOf(await this.#functions.invoke(name, payload));
      case 'Event':
        this.#functions.begin(name, payload);
        return { status: 202, headers: {}, body: Buffer.alloc(0) };
      default:
        throw notImplemented(`the invocation type '${invocationType}'`);
    }
  }
}

function checkHeaders({ headers }: AwsCall): void {
  const unknown = Object.keys(headers).find(
    (name) => name.startsWith('x-amz-') && !KNOWN_HEADERS.includes(name),
  );
  if (unknown !== undefined) throw notImplemented(`the header '${unknown}' of Invoke`);
  const logType = headers['x-amz-log-type'] ?? 'None';
  if (logType !== 'None') throw notImplemented(`the log type '${logType}'`);
}

/** An invocation without a payload has an empty object as its event. */
function payloadOf(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    const message = 'Could not parse request body into json.';
    throw new AwsError(400, 'InvalidRequestContentException', message, { cause });
  }
}

/** A call succeeds even if the function fails, which a header says (AWS Lambda developer guide, Node.js errors). */
function answerOf(end: InvocationEnd): AwsAnswer {
  const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
  const answer = (content: unknown, error: Readonly<Record<string, string>> = {}): AwsAnswer => ({
    status: 200,
    headers: { ...headers, ...error },
    body: Buffer.from(JSON.stringify(content ?? null)),
  });
  const unhandled = { 'x-amz-function-error': 'Unhandled' };
  switch (end.kind) {
    case 'returned':
      return answer(end.value);
    case 'failed': {
      const { name, message, stack } = end.error;
      return answer({ errorType: name, errorMessage: message, trace: stack.split('\n') }, unhandled);
    }
    case 'died': {
      const errorMessage = `Error: Runtime exited with error: ${end.signal}`;
      return answer({ errorType: 'Runtime.ExitError', errorMessage }, unhandled);
    }
  }
}

/** The work of a function: takes the payload of an invocation and ends. */
export type FunctionBody = (payload: unknown) => Promise<InvocationEnd>;

/** Name, `account:function:name` or ARN (AWS Lambda API reference, Invoke, `FunctionName`); no version, no alias. */
const FUNCTION_NAME = /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?\d{12}:function:)?([\w-]{1,64})$/;

/** The Lambda functions of the endpoint. Any number of invocations may run at once. */
export class FunctionStore {
  readonly #bodies = new Map<string, FunctionBody>();
  readonly #events: Promise<InvocationEnd>[] = [];

  /** Adds a function, or replaces an existing one. */
  put(name: string, body: FunctionBody): void {
    this.#bodies.set(name, body);
  }

  /** Invokes a function by name or ARN and waits for it to end. @throws AwsError ResourceNotFoundException */
  async invoke(nameOrArn: string, payload: unknown): Promise<InvocationEnd> {
    return this.#body(nameOrArn)(payload);
  }

  /**
   * Begins an invocation that nobody waits for. Lambda retries a failed one twice; here it is tried once.
   * @throws AwsError ResourceNotFoundException
   */
  begin(nameOrArn: string, payload: unknown): void {
    const ending = this.#body(nameOrArn)(payload);
    // Reported by `settled`; without a handler of its own it would end the process here.
    ending.catch(() => undefined);
    this.#events.push(ending);
  }

  /** Waits for every invocation begun. @returns how each ended, oldest first. @throws what a body threw */
  async settled(): Promise<readonly InvocationEnd[]> {
    return Promise.all(this.#events);
  }

  #body(nameOrArn: string): FunctionBody {
    const [, name = ''] = FUNCTION_NAME.exec(nameOrArn) ?? [];
    const body = this.#bodies.get(name);
    if (body === undefined) {
      const arn = nameOrArn.startsWith('arn:') ? nameOrArn : localArn('lambda', `function:${nameOrArn}`);
      throw new AwsError(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
    }
    return body;
  }
}
