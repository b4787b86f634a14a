import type { AwsAnswer, AwsRequest } from './aws-call';
import type { AwsError } from './aws-error';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** XML that is ready to be written. */
export interface Xml {
  readonly xml: string;
}

/** An element with escaped text or with child elements; children that are undefined are left out. */
export function element(name: string, content: string | number | readonly (Xml | undefined)[]): Xml {
  const inner =
    typeof content === 'object'
      ? content.map((child) => child?.xml ?? '').join('')
      : escapeText(String(content));
  return { xml: `<${name}>${inner}</${name}>` };
}

/** A document of S3's own namespace. */
export function document(name: string, children: readonly (Xml | undefined)[]): Buffer {
  const body = element(name, children).xml.replace(`<${name}>`, `<${name} xmlns="${NAMESPACE}">`);
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
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
    body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${content.xml}`),
  };
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
