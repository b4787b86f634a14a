import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { isMoreUrgent } from '../../../lambdas/contract/storage/alert-record';
import type { Terminal } from '../terminal/terminal';

/** Which alerts are printed. All of them are counted. */
export interface ShownAlertsOptions {
  /** The least severity. @default - any */
  readonly severity?: Severity;
  /** Whether the newest alert is the first. @default false */
  readonly newest?: boolean;
  /** How many. @default - as many as a person reads; with `--json`, and as CSV, all */
  readonly limit?: number;
}

/** Alerts beyond this number are counted, not printed; `--json` and CSV have them all. */
const MAX_PRINTED = 100;

/** Chooses the alerts that are printed. With `--json` each one is printed at once, unless the newest comes first. */
export class ShownAlerts {
  /** Alerts that are less severe than asked for. */
  lessSevere = 0;
  private matching = 0;
  private kept: AlertRecord[] = [];

  constructor(
    private readonly terminal: Terminal,
    private readonly options: ShownAlertsOptions,
  ) {}

  /** Takes alerts in the order of time. */
  add(alerts: readonly AlertRecord[]): void {
    const { severity = 'info', newest = false, limit = Number.POSITIVE_INFINITY } = this.options;
    const severe = alerts.filter((alert) => !isMoreUrgent(severity, alert.severity));
    this.lessSevere += alerts.length - severe.length;
    if (newest) this.kept = [...this.kept, ...severe].sort(newestFirst).slice(0, limit);
    else
      for (const alert of severe.slice(0, Math.max(0, limit - this.matching))) {
        this.terminal.json(alert);
        if (this.kept.length < this.forPersons) this.kept.push(alert);
      }
    this.matching += severe.length;
  }

  /** How many lines `--json` has. */
  get count(): number {
    return Math.min(this.matching, this.options.limit ?? Number.POSITIVE_INFINITY);
  }

  /** How many alerts are severe enough, but beyond the number that a person reads. */
  get left(): number {
    return this.matching - Math.min(this.matching, this.forPersons);
  }

  /** Ends the output of `--json`. @returns what a person reads */
  end(): readonly AlertRecord[] {
    if (this.options.newest === true) for (const alert of this.kept) this.terminal.json(alert);
    return this.kept.slice(0, this.forPersons);
  }

  private get forPersons(): number {
    return this.options.limit ?? this.terminal.mostRows(MAX_PRINTED);
  }
}

/** For sorting: the earlier first event comes first. */
export function byFirstEvent(one: AlertRecord, other: AlertRecord): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}

function newestFirst(one: AlertRecord, other: AlertRecord): number {
  return byFirstEvent(other, one);
}

function placeOf({ first_event_time: time, alert_id: id }: AlertRecord): string {
  return `${time} ${id}`;
}
