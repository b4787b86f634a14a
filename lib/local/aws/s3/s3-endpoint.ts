import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from '../wire/aws-call';
import { AwsError, notImplemented } from '../wire/aws-call';
import { CHECKSUM_HEADERS } from './checksums';
import type { ObjectAttributes, StoredObject } from './object-files';
import type { ObjectStore } from './object-store';
import { listObjects } from './s3-list-objects';
import { contentEncodings, verifyPayload } from './s3-payload';

const USER_METADATA_PREFIX = 'x-amz-meta-';
/** Largest user metadata, names and values together (Amazon S3 user guide, "Working with object metadata"). */
const MAX_USER_METADATA_BYTES = 2048;
/** The one region whose buckets are created without a location constraint (CreateBucket API reference). */
const DEFAULT_REGION = 'us-east-1';

/** S3, path style, over one object store. */
export class S3Endpoint implements AwsEndpoint {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  identify(request: AwsRequest): AwsTarget {
    return identifyS3(request);
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    const { operation, bucket = '', key = '' } = identifyS3(call);
    checkS3Headers(call, operation);
    switch (operation) {
      case 'CreateBucket':
        return this.#createBucket(call, bucket);
      case 'PutObject':
        return this.#putObject(call, bucket, key);
      case 'GetObject': {
        const { object, body } = await this.#objects.read(bucket, key);
        return { status: 200, headers: objectHeaders(object, call), body };
      }
      case 'HeadObject': {
        const object = this.#objects.describe(bucket, key);
        return { status: 200, headers: objectHeaders(object, call), body: Buffer.alloc(0) };
      }
      case 'ListObjectsV2':
        return listObjects(this.#objects, call);
    }
  }

  /** In us-east-1, creating one's own bucket again succeeds; elsewhere it does not (CreateBucket API reference). */
  async #createBucket(call: AwsCall, bucket: string): Promise<AwsAnswer> {
    checkLocation(call);
    const isNew = await this.#objects.createBucket(bucket);
    if (!isNew && call.region !== DEFAULT_REGION) {
      throw new AwsError(409, 'BucketAlreadyOwnedByYou', `You already own the bucket ${bucket}.`);
    }
    return { status: 200, headers: { location: `/${bucket}` }, body: Buffer.alloc(0) };
  }

  async #putObject(call: AwsCall, bucket: string, key: string): Promise<AwsAnswer> {
    const condition = call.headers['if-none-match'];
    if (condition !== undefined && condition !== '*') throw notImplemented(`If-None-Match: ${condition}`);
    const { body, checksum } = verifyPayload(call);
    const attributes = { ...readAttributes(call), ...(checksum && { checksum }) };
    const onlyIfAbsent = condition === '*';
    const object = await this.#objects.put({ bucket, key, body, attributes, onlyIfAbsent });
    const headers = { etag: `"${object.etag}"`, ...checksumHeaders(object) };
    return { status: 200, headers, body: Buffer.alloc(0) };
  }
}

function checkLocation({ body, region }: AwsCall): void {
  const text = body.toString('utf8');
  const configuration =
    /^(?:<\?xml[^>]*>\s*)?<CreateBucketConfiguration[^>]*><LocationConstraint>([a-z0-9-]+)<\/LocationConstraint><\/CreateBucketConfiguration>\s*$/;
  const location = text === '' ? DEFAULT_REGION : configuration.exec(text)?.[1];
  if (location === undefined)
    throw notImplemented('a CreateBucketConfiguration beyond its LocationConstraint');
  if (location !== region) {
    throw new AwsError(
      400,
      'IllegalLocationConstraintException',
      `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}

function readAttributes({ headers }: AwsCall): ObjectAttributes {
  const userMetadata = Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(USER_METADATA_PREFIX))
      .map(([name, value]) => [name.slice(USER_METADATA_PREFIX.length), value]),
  );
  const sizeBytes = Buffer.byteLength(Object.entries(userMetadata).flat().join(''));
  if (sizeBytes > MAX_USER_METADATA_BYTES) {
    throw new AwsError(
      400,
      'MetadataTooLarge',
      `Your metadata headers have ${sizeBytes} bytes, expected at most ${MAX_USER_METADATA_BYTES}.`,
    );
  }
  const encoding = contentEncodings(headers)
    .filter((name) => name !== 'aws-chunked')
    .join(',');
  return {
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    userMetadata,
    ...(encoding === '' ? {} : { contentEncoding: encoding }),
  };
}

function objectHeaders(object: StoredObject, call: AwsCall): Record<string, string> {
  const mode = call.headers['x-amz-checksum-mode'];
  const userMetadata = Object.entries(object.userMetadata);
  return {
    'content-type': object.contentType,
    'content-length': String(object.sizeBytes),
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModifiedS * 1000).toUTCString(),
    ...(object.contentEncoding === undefined ? {} : { 'content-encoding': object.contentEncoding }),
    ...Object.fromEntries(userMetadata.map(([name, value]) => [USER_METADATA_PREFIX + name, value])),
    ...(mode === undefined ? {} : checksumHeaders(object)),
  };
}

function checksumHeaders({ checksum }: StoredObject): Record<string, string> {
  if (checksum === undefined) return {};
  return { [CHECKSUM_HEADERS[checksum.algorithm]]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

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
function identifyS3(request: AwsRequest): AwsTarget & { operation: S3Operation } {
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
function checkS3Headers(call: AwsCall, operation: S3Operation): void {
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
