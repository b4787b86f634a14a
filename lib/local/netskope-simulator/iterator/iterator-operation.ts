/** One of the iterator's operations; `epochS` starts at a time, `head` and `tail` are the deprecated ends. */
export type IteratorOperation = 'next' | 'resend' | 'head' | 'tail' | { readonly epochS: number };

/** Reads the `operation` parameter; undefined if the iterator knows no such operation. */
export function parseOperation(operation: string): IteratorOperation | undefined {
  if (/^\d{1,15}$/.test(operation)) return { epochS: Number(operation) };
  switch (operation) {
    case 'next':
    case 'resend':
    case 'head':
    case 'tail':
      return operation;
    default:
      return undefined;
  }
}
