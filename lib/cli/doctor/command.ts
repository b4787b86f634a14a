import type { Command } from 'commander';
import type { CliCommand } from '../cli-command';
import type { Access } from '../deployment/access';
import {
  FIND,
  READ_ALARMS,
  READ_ARCHIVE,
  READ_CHECKPOINTS,
  READ_METRICS,
  READ_SECRET,
} from '../deployment/access';
import type { OpenSession } from '../session';
import type { DoctorOptions } from './check-source';

const EVERY_CHECK: Access = {
  ...FIND,
  ...READ_SECRET,
  ...READ_CHECKPOINTS,
  ...READ_ARCHIVE,
  ...READ_METRICS,
  ...READ_ALARMS,
};

/** `doctor`: checks everything from the operator's credentials to the person who is notified of an alarm. */
export const DOCTOR: CliCommand = {
  access: {
    doctor: EVERY_CHECK,
    'doctor --send-test-alarm': { ...EVERY_CHECK, alarms: ['cloudwatch:SetAlarmState'] },
    'doctor --send-test-alert': { ...EVERY_CHECK, alertTopic: ['sns:Publish'] },
  },
  define,
};

function define(program: Command, openSession: OpenSession): void {
  program
    .command('doctor [source]')
    .description(
      'checks the whole chain of a source, from credentials to alarms; ends with 3 where a link is broken',
    )
    .option('--send-test-alarm', 'fire one alarm of the source, and end it: proves that a human is reached')
    .option(
      '--send-test-alert',
      'publish an alert that says it is a test: proves that an alert reaches a human',
    )
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit doctor netskope --send-test-alarm')
    .action(async (sourceId: string | undefined, _options: unknown, command: Command) => {
      const { checkSource } = await import('./check-source');
      await checkSource(openSession(), sourceId, command.optsWithGlobals<DoctorOptions>());
    });
}
