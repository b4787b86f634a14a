import type { AwsCall, AwsRequest, AwsTarget } from '../wire/aws-call';
import { AwsError, notImplemented } from '../wire/aws-call';
import { CHECKSUM_HEADERS } from './checksums';

type S3Operation = 'CreateBucket' | 'PutObject' | 'GetObject' | 'HeadObject' | 'ListObjectsV2';

interface S3Shape {
  readonly query: readonly string[];
  /** `x-amz-*` headers beyond those of every signed request. */
  readonly headers: readonly string[];
}

const SHAPES: Readonly<Record<S3Operation, S3Shape>> = {
  CreateBucket: { query: [], headers: [] },
  PutObject: {
    query: [],
    headers: [
      ...Object.values(CHECKSUM_HEADERS),
      'x-amz-decoded-content-length',
      'x-amz-trailer',
      'x-amz-sdk-checksum-algorithm',
      'if-none-match',
    ],
  },
  GetObject: { query: [], headers: ['x-amz-checksum-mode'] },
  HeadObject: { query: [], headers: ['x-amz-checksum-mode'] },
  ListObjectsV2: {
    query: [
      'list-type',
      'prefix',
      'delimiter',
      'start-after',
      'continuation-token',
      'max-keys',
      'encoding-type',
    ],
    headers: [],
  },
};

const SIGNING_HEADERS = ['x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', 'x-amz-user-agent'];

/** Standard headers that change what S3 does or stores; they must not be ignored. */
const MEANINGFUL_HEADERS = [
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
];

/** Names the operation of a path-style request. @throws AwsError NotImplemented for any other operation. */
export function identifyS3(request: AwsRequest): AwsTarget & { operation: S3Operation } {
  const [bucket = '', ...keySegments] = request.path.slice(1).split('/').map(decodeSegment);
  const key = keySegments.join('/');
  const operation = operationOf(request, bucket, key);
  for (const [name, value] of request.query) {
    const isOwnName = name === 'x-id' && value === operation;
    if (!isOwnName && !SHAPES[operation].query.includes(name)) {
      throw notImplemented(`the query parameter '${name}' of ${operation}`);
    }
  }
  return key === '' ? { operation, bucket } : { operation, bucket, key };
}

/** @throws AwsError NotImplemented for a header that S3 would act on and this endpoint would not. */
export function checkS3Headers(call: AwsCall, operation: S3Operation): void {
  const known = [...SIGNING_HEADERS, ...SHAPES[operation].headers];
  for (const name of Object.keys(call.headers)) {
    const isUserMetadata = operation === 'PutObject' && name.startsWith('x-amz-meta-');
    const hasMeaning = name.startsWith('x-amz-') || MEANINGFUL_HEADERS.includes(name);
    if (hasMeaning && !isUserMetadata && !known.includes(name)) {
      throw notImplemented(`the header '${name}' of ${operation}`);
    }
  }
}

function operationOf({ method, path, query }: AwsRequest, bucket: string, key: string): S3Operation {
  if (bucket !== '') {
    switch (`${method} ${key === '' ? 'bucket' : 'object'}`) {
      case 'PUT bucket':
        return 'CreateBucket';
      case 'PUT object':
        return 'PutObject';
      case 'GET object':
        return 'GetObject';
      case 'HEAD object':
        return 'HeadObject';
      case 'GET bucket':
        if (query.get('list-type') === '2') return 'ListObjectsV2';
    }
  }
  throw notImplemented(`the S3 request ${method} ${path}?${[...query.keys()].join('&')}`);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new AwsError(400, 'InvalidURI', "Couldn't parse the specified URI.", { cause });
  }
}
