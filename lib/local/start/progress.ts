import { visibleText } from '../../format/visible-text';
import { readLogLine } from './function-log';
import type { PageLine } from './function-log';
import { formatCount, formatMinute } from './quantities';
import type { Screen } from './screen';

/** Shows what the function does while it does it: a line per page, and whatever it warns of. */
export class Progress {
  private pages = 0;
  private archived = 0;
  private quarantined = 0;

  constructor(private readonly screen: Screen) {}

  /** Takes in one line the function wrote. */
  show(line: string): void {
    const entry = readLogLine(line);
    switch (entry.kind) {
      case 'page':
        return this.showPage(entry);
      case 'remark':
        return this.screen.print(`${this.screen.styled('yellow', 'warning')}  ${visibleText(entry.text)}`);
      case 'routine':
        return;
    }
  }

  /** Short enough for a terminal of 80 columns: up to when, what the page brought, and the totals so far. */
  private showPage(page: PageLine): void {
    this.pages++;
    this.archived += page.archived;
    this.quarantined += page.quarantined;
    const upTo = page.watermarkS === undefined ? '' : `  to ${formatMinute(page.watermarkS)}`;
    const brought = `+${formatCount(page.received)}`.padStart(7);
    const totals = `archived ${formatCount(this.archived)}, quarantined ${formatCount(this.quarantined)}`;
    this.screen.printLive(`page ${formatCount(this.pages).padStart(4)}${upTo}  ${brought}  ${totals}`);
  }
}
