/** How long this invocation may still go on. */
export interface TimeBudget {
  remainingMs(): number;
}

/** Structured log of one invocation. */
export interface Log {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}
