/**
 * The attribute of an item, and the field of a manifest line, that numbers its format. Format 1 has none. A number is
 * raised if earlier versions must not read what is written; a field that they may ignore raises none. In every format
 * an item has its key, and a line `number` and `previous`.
 */
export const FORMAT = 'format';

/** The formats that this version writes, and the latest that it reads. docs/upgrade.md has them. */
export const Format = {
  /** Of a stream in the checkpoint table. */
  checkpoint: 1,
  /** Of a group, an outbox or the mutes in the table of detection. */
  detectionState: 1,
  manifestLine: 1,
} as const;
