/** One value per period, oldest first; undefined if the metric has no point. */
export type Series = readonly (number | undefined)[];

/** The input of an expression: the metrics of the alarm by their ids. */
type SeriesById = Readonly<Record<string, Series>>;

/**
 * Parses a metric math expression, to be computed over the retrieved periods (Amazon CloudWatch user guide, "Using
 * metric math"). Supports only what the alarms here use: metric ids, numbers, `+` between time series, `FILL(ts, REPEAT
 * | number)`, `IF(ts, ts | number, ts | number)`.
 * @throws Error on anything else, and when it is computed without one of its metrics
 */
export function readExpression(expression: string): (metrics: SeriesById) => Series {
  const tokens = expression.match(TOKEN) ?? [];
  if (tokens.join('') !== expression.replace(/\s/g, ''))
    throw new Error(`expression ${expression}: unknown character`);
  return new ExpressionReader(tokens).whole();
}

const TOKEN = /[A-Za-z_]\w*|\d+(?:\.\d+)?|[(),+]/g;

type Compute<T> = (metrics: SeriesById) => T;

class ExpressionReader {
  private position = 0;

  constructor(private readonly tokens: readonly string[]) {}

  whole(): Compute<Series> {
    const series = this.series();
    if (this.position < this.tokens.length)
      throw new Error(`metric math: received ${this.take()}, expected the end`);
    return series;
  }

  private series(): Compute<Series> {
    const first = this.term();
    if (this.next !== '+') return first;
    this.take('+');
    const others = this.series();
    return (metrics) => sum(first(metrics), others(metrics));
  }

  private term(): Compute<Series> {
    const token = this.take();
    if (token === 'FILL') return this.fill();
    if (token === 'IF') return this.choice();
    if (!/^[a-z]/.test(token)) throw new Error(`metric math: received ${token}, expected a time series`);
    return (metrics) => {
      const series = metrics[token];
      if (series === undefined) throw new Error(`metric math: ${token} is not a metric of the alarm`);
      return series;
    };
  }

  private fill(): Compute<Series> {
    this.take('(');
    const series = this.series();
    this.take(',');
    const filler = this.take();
    this.take(')');
    if (filler === 'REPEAT') return (metrics) => repeated(series(metrics));
    const value = asNumber(filler);
    return (metrics) => series(metrics).map((point) => point ?? value);
  }

  private choice(): Compute<Series> {
    this.take('(');
    const condition = this.series();
    this.take(',');
    const whenTrue = this.seriesOrNumber();
    this.take(',');
    const whenFalse = this.seriesOrNumber();
    this.take(')');
    return (metrics) => {
      const [truths, falsehoods] = [whenTrue(metrics), whenFalse(metrics)];
      return condition(metrics).map((point, index) => {
        if (point === undefined) return undefined;
        return point === 0 ? at(falsehoods, index) : (at(truths, index) ?? 0);
      });
    };
  }

  private seriesOrNumber(): Compute<Series | number> {
    if (this.next === undefined || !/^\d/.test(this.next)) return this.series();
    const value = asNumber(this.take());
    return () => value;
  }

  private get next(): string | undefined {
    return this.tokens[this.position];
  }

  private take(expected?: string): string {
    const token = this.tokens[this.position++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`metric math: received ${token ?? 'the end'}, expected ${expected ?? 'more'}`);
    return token;
  }
}

function asNumber(token: string): number {
  if (!/^\d/.test(token)) throw new Error(`metric math: received ${token}, expected a number`);
  return Number(token);
}

function at(value: Series | number, index: number): number | undefined {
  return typeof value === 'number' ? value : value[index];
}

/** "Missing values in a time series are treated as 0" if the other one has a value; if both miss, there is none. */
function sum(left: Series, right: Series): Series {
  return left.map((value, index) => {
    const other = right[index];
    return value === undefined && other === undefined ? undefined : (value ?? 0) + (other ?? 0);
  });
}

/** Fills nothing before the first point: there is no value to repeat. */
function repeated(series: Series): Series {
  let last: number | undefined;
  return series.map((value) => (last = value ?? last));
}
