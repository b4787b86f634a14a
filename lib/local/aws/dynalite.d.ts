declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** The options of dynalite 4 that are used here; its readme documents them. */
  interface DynaliteOptions {
    /** Folder of the LevelDB store; undefined keeps it in memory. */
    readonly path?: string | undefined;
    /** How long a table stays CREATING, UPDATING and DELETING. */
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
  }

  /** A DynamoDB as an HTTP server; `close` also closes the store. */
  function dynalite(options?: DynaliteOptions): Server;

  export = dynalite;
}
