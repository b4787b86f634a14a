/** The AWS services this endpoint speaks for, by the name each has in a credential scope. */
export const AWS_SERVICES = [
  's3',
  'dynamodb',
  'secretsmanager',
  'monitoring',
  'cloudformation',
  'lambda',
  'sns',
  'sts',
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
  /** Names what is asked for, touching no state. @throws AwsError for an operation that is not known. */
  identify(request: AwsRequest): AwsTarget;
  /** Carries the call out. @throws AwsError for every refusal, after which the state is as it was. */
  apply(call: AwsCall): Promise<AwsAnswer>;
}
