import type { Command } from 'commander';
import type { Access } from './deployment/access';
import type { OpenSession } from './session';

/** What each command needs in AWS, and what it needs with an option that asks for more: `verify`, `verify --chain`. */
export type CommandAccess = Readonly<Record<string, Access>>;

/**
 * One command of the command line, with its subcommands. A `command.ts` imports nothing heavy; its action imports the
 * work, so that a command loads only what it needs.
 */
export interface CliCommand {
  /** sts:GetCallerIdentity is left out, for it needs no permission (AWS STS API reference). */
  readonly access: CommandAccess;
  /** Adds the command to the program: its arguments, options, help and action. */
  readonly define: (program: Command, openSession: OpenSession) => void;
}
