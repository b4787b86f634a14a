/** Serialized XML. */
export interface Xml {
  readonly xml: string;
}

/**
 * An element with escaped text or with child elements; children that are undefined are left out.
 * @param namespace declared on this element. @default - none
 */
export function element(
  name: string,
  content: string | number | readonly (Xml | undefined)[],
  namespace?: string,
): Xml {
  const inner =
    typeof content === 'object'
      ? content.map((child) => child?.xml ?? '').join('')
      : escapeText(String(content));
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return { xml: `<${name}${attribute}>${inner}</${name}>` };
}

/** A whole document in UTF-8. */
export function xmlDocument(root: Xml): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`);
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
