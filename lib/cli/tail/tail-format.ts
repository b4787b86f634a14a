/** How `tail` prints an event; the first is the default. */
export const TAIL_FORMATS = ['line', 'ocsf'] as const;

export type TailFormat = (typeof TAIL_FORMATS)[number];
