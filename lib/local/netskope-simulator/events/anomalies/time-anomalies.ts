import type { Anomaly } from './anomaly';

/**
 * Late events, and other spellings of the `timestamp`. Every audit sample has whole epoch seconds; the spellings are those
 * of neighbors in the same ecosystem (Elastic, Cortex, Panther), so all are defensive. The true time stays the second.
 */
export const timeAnomalies = {
  /** Samples of 2022: stored 300 s after it happened. */
  'late-by-minutes': late(300),
  /** Defensive: no sample is later than 301 s. */
  'late-by-hours': late(3 * 3600 + 17),
  'time-as-text': spelled((epochS) => String(epochS)),
  'time-with-fraction': spelled((epochS) => epochS + 0.5),
  'time-with-zero-fraction': {
    ...spelled((epochS) => `@${epochS}.0@`),
    rewrite: (text: string) => text.replace(/"@(\d+\.0)@"/, '$1'),
  },
  'time-in-milliseconds': spelled((epochS) => epochS * 1000 + 123),
  'time-in-microseconds': spelled((epochS) => epochS * 1_000_000 + 123_456),
  'time-in-iso-utc': spelled((epochS) => `${isoTime(epochS)}Z`),
  'time-in-iso-offset': spelled((epochS) => `${isoTime(epochS + 3600)}+01:00`),
  'time-as-date-and-time': spelled((epochS) => isoTime(epochS).replace('T', ' ')),
  /** Ambiguous: in which zone? Here UTC. */
  'time-without-zone': spelled(isoTime),
  /** Ambiguous: day or month first? Here the day, in UTC. */
  'time-day-first': spelled((epochS) =>
    isoTime(epochS).replace(/^(\d+)-(\d+)-(\d+)T/, (_, year, month, day) => `${day}/${month}/${year} `),
  ),
} as const satisfies Record<string, Anomaly>;

function late(lagS: number): Anomaly {
  return {
    reshape: (draft, { insertedAtS }) => {
      draft.timestamp = insertedAtS - lagS;
    },
  };
}

function spelled(spelling: (epochS: number) => string | number): Anomaly {
  return { respell: ({ timestamp }) => ({ timestamp: spelling(timestamp) }) };
}

/** For example 2026-11-28T18:22:58. */
function isoTime(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 19);
}
