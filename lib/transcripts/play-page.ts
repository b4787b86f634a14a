import { consoleBlock } from './console-block';
import { letHappen } from './meanwhile';
import { runCommand } from './run-command';
import { readSteps, withTranscripts } from './screenplay';
import { StagedDeployment } from './staged-deployment';

export interface PlayOptions {
  /** Receives bundles and output; whoever made it removes it. */
  readonly folder: string;
  /** Receives each step, as it begins. @default - nobody does */
  readonly onStep?: (step: string) => void;
}

/** A scheduled run ends so long before each command. */
const MINUTES_SINCE_RUN = 2;

/**
 * Runs what the markers of a page name, in its order and against one deployment.
 * @param page Markdown with markers
 * @returns the page, each transcript in it replaced by the new one
 * @throws Error where a marker is wrong, or a transcript would hold what it may not
 */
export async function playPage(page: string, { folder, onStep }: PlayOptions): Promise<string> {
  const steps = readSteps(page);
  const deployment = await StagedDeployment.start(folder);
  const transcripts: string[] = [];
  try {
    for (const step of steps) {
      onStep?.(step.kind === 'transcript' ? step.command : `meanwhile: ${step.event}`);
      if (step.kind === 'meanwhile') await letHappen(step.event, deployment);
      else transcripts.push(await transcriptOf(step.command, deployment, folder));
    }
  } finally {
    await deployment.stop();
  }
  return withTranscripts(page, transcripts);
}

async function transcriptOf(command: string, deployment: StagedDeployment, folder: string): Promise<string> {
  const { clock } = deployment;
  await deployment.passTo(clock.fullMinuteIn(1));
  clock.putForwardTo(clock.fullMinuteIn(MINUTES_SINCE_RUN));
  return consoleBlock(await runCommand(command, deployment, folder));
}
