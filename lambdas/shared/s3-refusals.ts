import { S3ServiceException } from '@aws-sdk/client-s3';

const PRECONDITION_FAILED = 412;

/** Whether S3 refused a put with `If-None-Match: *` because the object exists. */
export function isAlreadyThere(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === PRECONDITION_FAILED;
}
