import { pick } from '../random';
import { type Anomaly, reshaped } from './anomaly';

/** Other forms of the `_id`. The true id of a number is its decimal text, that of an ObjectId its digits. */
export const idAnomalies = {
  /** Defensive: every sample has one. */
  'missing-id': reshaped({ _id: undefined }),
  /** Sekoia, "Events were cleared". */
  'id-of-20-hex': identifiedBy([20]),
  /** README of the Cortex collector. */
  'id-of-23-hex': identifiedBy([23]),
  /** Seen, perhaps anonymized before it was published. */
  'id-of-32-hex': identifiedBy([32]),
  /** Sekoia, perhaps anonymized before it was published. */
  'id-as-uuid': identifiedBy([8, 4, 4, 4, 12]),
  /**
   * Old exports, such as 66483. Here the second of insertion and the number of the event, because two streams of one
   * tenant must not have the same; still exact as a double.
   */
  'id-as-number': {
    reshape: (draft, { insertedAtS, number }) => {
      draft._id = String(insertedAtS * 1_000_000 + (number % 1_000_000));
    },
    respell: ({ _id }) => ({ _id: Number(_id) }),
  },
  /** Old exports: an ObjectId in MongoDB's extended JSON. */
  'id-as-oid': { respell: ({ _id }) => ({ _id: { $oid: _id } }) },
} as const satisfies Record<string, Anomaly>;

/** @param groups lengths of the groups of digits between dashes. */
function identifiedBy(groups: readonly number[]): Anomaly {
  return {
    reshape: (draft, { random }) => {
      const digit = () => pick([...'0123456789abcdef'], random);
      draft._id = groups.map((length) => Array.from({ length }, digit).join('')).join('-');
    },
  };
}
