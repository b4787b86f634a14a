import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import { DeployedMutes } from './deployed-mutes';

/** Ends a mute: its events are counted again, from the next object of the archive on. */
export async function endMute(session: Session, id: string): Promise<void> {
  const mutes = new DeployedMutes(await session.deployment(), session.nowMs);
  await mutes.change((before) => {
    if (!before.some((mute) => mute.id === id)) throw unknown(id);
    return before.filter((mute) => mute.id !== id);
  });
  session.terminal.printMarked('good', `${id} has ended.`);
  session.terminal.json({ id, ended: true });
}

function unknown(id: string): OperatorError {
  return new OperatorError({
    what: `There is no mute ${JSON.stringify(id)}.`,
    whatToDo: 'npx netskope-audit mute list shows them.',
    exitCode: ExitCode.WrongUsage,
  });
}
