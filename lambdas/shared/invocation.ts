/** The time that this invocation has left. */
export interface TimeBudget {
  remainingMs(): number;
}

/** Structured log of one invocation. */
export interface Log {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}
