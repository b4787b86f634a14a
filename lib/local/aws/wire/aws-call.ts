/** The AWS services of this endpoint, by their names in a credential scope. */
export const AWS_SERVICES = [
  's3',
  'dynamodb',
  'secretsmanager',
  'monitoring',
  'cloudformation',
  'lambda',
  'sns',
  'sts',
  'events',
  'kms',
] as const;

export type AwsService = (typeof AWS_SERVICES)[number];

/** One HTTP request as it arrived; header names in lower case, the path still percent-encoded. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a request asks for: the operation by its AWS name, and for S3 the bucket and the decoded key. */
export interface AwsTarget {
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
}

/** One call as it arrived, before anything was applied. `body` is the raw payload, framing included. */
export interface AwsCall extends AwsRequest, AwsTarget {
  readonly service: AwsService;
  readonly region: string;
}

/** One HTTP answer; `content-length` is added when it is sent, unless it is given here. */
export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One service behind the shared port. */
export interface AwsEndpoint {
  /** Names the operation, touching no state. @throws AwsError for an unknown operation. */
  identify(request: AwsRequest): AwsTarget;
  /** Carries out the call. @throws AwsError for every refusal, after which the state is unchanged. */
  apply(call: AwsCall): Promise<AwsAnswer>;
}

/** The protocol of a request. It is known before the service that the request is signed for. */
export type WireProtocol = 'json' | 'query' | 'lambda' | 's3';

/** Path of the functions in the Lambda API (AWS Lambda API reference, Invoke). No S3 operation here is a POST. */
export const LAMBDA_FUNCTIONS_PATH = '/2015-03-31/functions/';

/** Recognizes the protocol: AWS JSON by its header, AWS Query by its form, Lambda by its path, else S3. */
export function wireProtocolOf({ method, path, headers }: AwsRequest): WireProtocol {
  if ('x-amz-target' in headers) return 'json';
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'query';
  return method === 'POST' && path.startsWith(LAMBDA_FUNCTIONS_PATH) ? 'lambda' : 's3';
}

/** What a test puts in place of the answer: an error of the service, or a TCP reset. */
export type AwsFault =
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'reset' };

export type HookOutcome = AwsFault | void;

/** Hooks by which a test intervenes. A hook that throws is answered with 500 InternalError. */
export interface AwsHooks {
  /** Awaited before the call is applied; a fault replaces the call. */
  before?(call: AwsCall): HookOutcome | Promise<HookOutcome>;
  /** Awaited after the call was applied or refused, before it is answered; a fault replaces the answer only. */
  after?(call: AwsCall): HookOutcome | Promise<HookOutcome>;
}

/** A refusal as the service words it: HTTP status, the error code that the SDK turns into `name`, and a message. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The refusal of something that AWS may know and this endpoint does not. S3 itself answers 501 with the code
 * NotImplemented, and no SDK retries it.
 */
export function notImplemented(what: string): AwsError {
  return new AwsError(501, 'NotImplemented', `The local AWS endpoint does not implement ${what}.`);
}

/** Turns any thrown value into a refusal; anything but an AwsError is a fault of this endpoint or of a hook. */
export function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsError(500, 'InternalError', `The local AWS endpoint failed: ${reason}`, { cause: error });
}
