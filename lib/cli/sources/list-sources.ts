import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { Column } from '../terminal/table';
import { StoredSources } from './stored-sources';

const COLUMNS: readonly Column[] = [
  { title: 'source' },
  { title: 'label' },
  { title: 'added' },
  { title: 'no-data after', titleInCsv: 'no-data after, min', align: 'right' },
];

/** Prints the sources of a fleet, in the order in which they were added. */
export async function listSources(session: Session): Promise<void> {
  const { terminal } = session;
  const sources = await new StoredSources(await session.deployment()).read();
  for (const { addedAtMs, ...source } of sources)
    terminal.json({ ...source, addedAt: new Date(addedAtMs).toISOString() });
  terminal.table(
    COLUMNS,
    sources.map(({ sourceId, label, addedAtMs, noDataWindowMinutes: minutes }) => [
      sourceId,
      visibleText(label),
      dayOf(addedAtMs),
      minutes === undefined ? undefined : { shown: `${minutes} min`, value: minutes },
    ]),
  );
  terminal.print(`${countOf(sources.length, 'source')}.`);
}
