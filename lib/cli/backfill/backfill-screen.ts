import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { Progress } from '../terminal/progress';
import { reachedS } from './backfill-jobs';
import type { BackfillLook } from './backfill-note';
import { backfillNote } from './backfill-note';

export interface ScreenOptions {
  readonly sourceId: string;
  /** Whether work on the backfill stops when this process ends. */
  readonly isLocal: boolean;
}

/** Shows the progress of a backfill: a bar, and a line for each run that fails. */
export class BackfillScreen {
  private first: BackfillLook | undefined;
  private last: BackfillLook | undefined;
  private progress: Progress | undefined;
  private readonly printEnd = (): void => this.endText();

  constructor(
    private readonly session: Session,
    private readonly options: ScreenOptions,
  ) {
    session.signal.addEventListener('abort', this.printEnd, { once: true });
  }

  show(look: BackfillLook): void {
    this.first ??= look;
    this.tellFailure(look);
    this.last = look;
    this.progress ??= this.begin(look);
    this.progress.update(reachedS(look.filed), backfillNote(this.first, look));
  }

  /** To be called once there is nothing left to watch. */
  end(): void {
    this.session.signal.removeEventListener('abort', this.printEnd);
    this.progress?.stop();
  }

  private begin({ filed }: BackfillLook): Progress {
    const { fromEpochS, toEpochS } = filed.backfill;
    const title = `backfill ${this.options.sourceId}`;
    return this.session.terminal.progress({ title, total: toEpochS - fromEpochS });
  }

  private tellFailure({ filed }: BackfillLook): void {
    const { failure } = filed.backfill;
    if (failure === undefined || failure.atMs === this.last?.filed.backfill.failure?.atMs) return;
    this.progress?.stop();
    this.progress = undefined;
    const time = new Date(failure.atMs).toISOString().slice(11, 19);
    this.session.terminal.printMarked(
      'bad',
      `The run that ended at ${time} UTC failed: ${visibleText(failure.reason)}. The next run goes on.`,
    );
  }

  /** Printed when watching is interrupted: the backfill itself is not. */
  private endText(): void {
    const { sourceId, isLocal } = this.options;
    this.progress?.stop();
    this.session.terminal.printMarked(
      'note',
      isLocal
        ? `The backfill stays open, and goes on with npx netskope-audit backfill ${sourceId} --local.`
        : `Only the watching has ended: scheduled runs go on with the backfill. Watch it again with npx netskope-audit backfill ${sourceId}.`,
    );
  }
}
