import { athenaTimestamp } from '../../../contract/storage/event-record';

const SECONDS_PER_DAY = 86_400;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Formats event times as `athenaTimestamp` does. A `Date` for each event would cost more than validating it. */
export class EventTimeFormat {
  private day = Number.NaN;
  private dayText = '';

  /** @param epochS whole unix seconds of a year with four digits */
  format(epochS: number): string {
    const day = Math.floor(epochS / SECONDS_PER_DAY);
    if (day !== this.day) {
      this.day = day;
      this.dayText = athenaTimestamp(day * SECONDS_PER_DAY * 1000).slice(0, 'YYYY-MM-DD '.length);
    }
    const s = epochS - day * SECONDS_PER_DAY;
    return `${this.dayText}${two(s / 3600)}:${two((s % 3600) / 60)}:${two(s % 60)}.000000000`;
  }
}

function two(number: number): string {
  return TWO_DIGITS[Math.trunc(number)] ?? '';
}
