import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { Column } from '../terminal/terminal';
import { DeployedMutes } from './deployed-mutes';
import { mutedEvents, mutedRule } from './mute-words';

const COLUMNS: readonly Column[] = [
  { title: 'mute' },
  { title: 'rule' },
  { title: 'events' },
  { title: 'last day' },
  { title: 'because' },
];

/** Prints the mutes of the deployment. */
export async function listMutes(session: Session): Promise<void> {
  const { terminal } = session;
  const mutes = new DeployedMutes(await session.deployment(), session.nowMs);
  const found = await mutes.read();
  for (const mute of found) terminal.json({ ...mute, ended: mutes.hasEnded(mute) });
  if (found.length > 0)
    terminal.table(
      COLUMNS,
      found.map((mute) => [
        visibleText(mute.id),
        mutedRule(mute),
        mutedEvents(mute),
        `${mute.until}${mutes.hasEnded(mute) ? ', ended' : ''}`,
        visibleText(mute.because),
      ]),
    );
  terminal.print(`${countOf(found.length, 'mute')}.`);
}
