import type { AlertRecord } from '../../../contract/storage/alert-record';

const withoutRows = (record: AlertRecord): AlertRecord => ({ ...record, rows: [] });

/** What is left out of records, step by step: the events, then the rows from the oldest on. */
const STEPS: readonly ((record: AlertRecord) => AlertRecord)[] = [
  (record) => record,
  (record) => ({ ...record, rows: record.rows.map(({ event: _, ...row }) => row) }),
  ...[25, 5].map((most) => (record: AlertRecord) => ({
    ...record,
    rows: record.rows.slice(-most).map(({ event: _, ...row }) => row),
  })),
  withoutRows,
];

/**
 * The text of some records that is short enough; the alerts' objects have everything.
 * @param textOf the text of records
 * @returns if nothing else helps, the text of the first record without rows
 */
export function withinBytes(
  records: readonly AlertRecord[],
  maxBytes: number,
  textOf: (records: readonly AlertRecord[]) => string,
): string {
  const isShort = (text: string): boolean => Buffer.byteLength(text) <= maxBytes;
  let text = '';
  for (const step of STEPS) {
    text = textOf(records.map(step));
    if (isShort(text)) return text;
  }
  const plain = records.map(withoutRows);
  for (let count = plain.length >> 1; count >= 1 && !isShort(text); count >>= 1)
    text = textOf(plain.slice(0, count));
  return text;
}
