import type { Command } from 'commander';
import type { OpenSession } from '../session';
import type { DoctorOptions } from './check-source';

/** `doctor`: checks everything from the operator's credentials to the person who is notified of an alarm. */
export function defineDoctor(program: Command, openSession: OpenSession): void {
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
