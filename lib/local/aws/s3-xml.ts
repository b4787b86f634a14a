import type { AwsAnswer, AwsRequest } from './aws-call';
import type { AwsError } from './aws-error';
import { element, xmlDocument, type Xml } from './xml';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of S3's own namespace. */
export function document(name: string, children: readonly (Xml | undefined)[]): Buffer {
  return xmlDocument(element(name, children, NAMESPACE));
}

/** A refusal as S3 writes it (Amazon S3 API reference, "Error responses"). */
export function xmlFailure(error: AwsError, request: AwsRequest): AwsAnswer {
  const content = element('Error', [
    element('Code', error.code),
    element('Message', error.message),
    element('Resource', request.path),
  ]);
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument(content),
  };
}
