import { ALERTS } from './alerts/command';
import { BACKFILL } from './backfill/command';
import type { CliCommand, CommandAccess } from './cli-command';
import { COMPLETION } from './completion/command';
import { DETECT } from './detect/command';
import { DOCTOR } from './doctor/command';
import { MUTE } from './mute/command';
import { policy } from './policy/command';
import { QUARANTINE } from './quarantine/command';
import { REPORT } from './report/command';
import { REWIND } from './rewind/command';
import { RULES } from './rules/command';
import { SETUP } from './setup/command';
import { SOURCES } from './sources/command';
import { STATUS } from './status/command';
import { TAIL } from './tail/command';
import { VERIFY } from './verify/command';

/** In the order of the help: what is needed every day stands first, and apart what changes a deployment. */
export const COMMANDS: Readonly<Record<string, readonly CliCommand[]>> = {
  'Every day:': [STATUS, ALERTS, TAIL, DOCTOR],
  'Set up, check and try out:': [SETUP, VERIFY, REPORT, DETECT, QUARANTINE, RULES, policy(commandAccess)],
  'Change what is collected or alerted:': [BACKFILL, REWIND, MUTE, SOURCES],
  'This command line:': [COMPLETION],
};

/** What each command needs in AWS. */
export function commandAccess(): CommandAccess {
  const all = Object.values(COMMANDS).flat();
  return Object.fromEntries(all.flatMap(({ access }) => Object.entries(access)));
}
