import { appendLines, hasTexts, parseStateJson, readWholeLines } from '../state-folder';

/** The content of one datum: a set of statistics over `sampleCount` observations, with its unit. */
export interface MetricPoint {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Time of the observation as the caller gave it, else of the arrival. */
  readonly timestampMs: number;
  /** When the endpoint received it. */
  readonly arrivedAtMs: number;
  readonly sampleCount: number;
  /** Equal to the value when there was one observation. */
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** A CloudWatch unit; `None` when the caller gave none. */
  readonly unit: string;
  readonly storageResolutionS: 1 | 60;
}

/** Every metric point that was put, in order of arrival. */
export class MetricStore {
  readonly #points: MetricPoint[];
  readonly #file: string | undefined;

  /** @param file NDJSON, one point per line, read at first and appended to; undefined keeps the points in memory. */
  constructor(file?: string) {
    this.#file = file;
    this.#points =
      file === undefined ? [] : readWholeLines(file).map((line, index) => pointIn(line, file, index + 1));
  }

  /** Adds all the points, or none if the file cannot be written. */
  add(points: readonly MetricPoint[]): void {
    if (this.#file !== undefined)
      appendLines(
        this.#file,
        points.map((point) => JSON.stringify(point)),
      );
    this.#points.push(...points);
  }

  all(): readonly MetricPoint[] {
    return [...this.#points];
  }

  /**
   * The points of one metric. As in CloudWatch, a metric is its namespace, its name and its *whole* set of dimensions:
   * a query with fewer or more dimensions finds nothing.
   */
  points(
    namespace: string,
    metricName: string,
    dimensions: Readonly<Record<string, string>>,
  ): readonly MetricPoint[] {
    const wanted = dimensionKey(dimensions);
    return this.#points.filter(
      (point) =>
        point.namespace === namespace &&
        point.metricName === metricName &&
        dimensionKey(point.dimensions) === wanted,
    );
  }
}

function pointIn(line: string, file: string, number: number): MetricPoint {
  return parseStateJson(line, {
    path: `${file}, line ${number},`,
    isRight: (value): value is MetricPoint => hasTexts(value, ['namespace', 'metricName']),
    expected: 'a metric point',
    whatToDo: 'Delete the line, or the file: only metrics of earlier starts are lost.',
  });
}

function dimensionKey(dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1)));
}
