import type { AttributeValue } from '@aws-sdk/client-dynamodb';

const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/** Size of an item as DynamoDB bills it (Amazon DynamoDB developer guide, "Item sizes and formats"). */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)));
}

/** @throws Error for a type that no item of the collector has */
function valueBytes({ S, N, BOOL, NULL: isNull, M, L }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  // One byte per two digits, one more, and one for the sign.
  if (N !== undefined) return Math.ceil(N.replace(/\D/g, '').length / 2) + 1 + (N.startsWith('-') ? 1 : 0);
  if (BOOL !== undefined || isNull === true) return 1;
  if (M !== undefined) return CONTAINER_BYTES + Object.keys(M).length * ELEMENT_BYTES + itemBytes(M);
  if (L !== undefined) return CONTAINER_BYTES + sum(L.map((value) => ELEMENT_BYTES + valueBytes(value)));
  throw new Error('an attribute is of an unknown type; expected S, N, BOOL, NULL, M or L');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
