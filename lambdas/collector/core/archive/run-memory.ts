import type { AlreadyStored } from '../page/already-stored';
import type { ValidatedPage } from '../page/validated-page';
import { KnownEvents } from './known-events';
import { RecentIds } from './recent-ids';

/** What a run knows of the archive from its own pages, so that it need not look. */
export class RunMemory {
  readonly recentIds = new RecentIds();
  /** Of a stream that reads the past. */
  readonly knownEvents = new KnownEvents();
  /** Hours of the archive all of whose objects are of this run. */
  private readonly ownHours = new Set<number>();
  private readonly reportedKeys = new Set<string>();

  /** Hours the page touches that may hold objects of other runs. */
  hoursOfOthers({ accepted }: ValidatedPage): ReadonlySet<number> {
    const hours = new Set<number>();
    for (const { hour } of accepted) if (!this.ownHours.has(hour)) hours.add(hour);
    return hours;
  }

  /** Notes a page that is stored. */
  addPage({ accepted }: ValidatedPage, { emptyHours }: AlreadyStored): void {
    this.recentIds.add(accepted);
    for (const hour of emptyHours) this.ownHours.add(hour);
  }

  /** Which of these keys have not been reported; they count as reported from here on. */
  unreported(keys: readonly string[]): readonly string[] {
    const unreported = keys.filter((key) => !this.reportedKeys.has(key));
    for (const key of unreported) this.reportedKeys.add(key);
    return unreported;
  }
}
