import type { EventQueryOptions, SimulatedEvent, TimeBound } from './simulator-options';

/** Which events are asked for, judged. */
export interface EventQuery {
  readonly axis: TimeAxis;
  /** Unix seconds; whether they belong to the range is not said here. */
  readonly fromEpochS: number;
  readonly toEpochS: number;
  readonly filter: (event: SimulatedEvent) => boolean;
  readonly limit: number;
  readonly offset: number;
}

/** Two bounds that make a range, and the time of an event that is compared with them. */
export interface TimeAxis {
  readonly from: TimeBound;
  readonly to: TimeBound;
  readonly timeS: (event: SimulatedEvent) => number;
}

const AXES: readonly TimeAxis[] = [
  { from: 'starttime', to: 'endtime', timeS: ({ timestampS }) => timestampS },
  { from: 'insertionstarttime', to: 'insertionendtime', timeS: ({ insertedAtS }) => insertedAtS },
];

/** Every parameter of the endpoint, and its largest `limit` (Netskope's own Python SDK, events resource, 2026). */
const PARAMETERS = ['query', 'limit', 'offset', ...AXES.flatMap(({ from, to }) => [from, to])];
const MAX_LIMIT = 5000;

/** What is wrong with the parameters. The words are Netskope's where they were published, else this simulator's. */
export class QueryProblem extends Error {
  override readonly name = 'QueryProblem';
}

/** Judges the parameters of a request. @throws QueryProblem */
export function readEventQuery(
  parameters: URLSearchParams,
  { defaultLimit = MAX_LIMIT }: EventQueryOptions,
): EventQuery {
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name)) throw new QueryProblem(`Unknown parameter ${name}`);
  }
  const axis = readAxis(parameters);
  const limit = readInteger(parameters, 'limit', defaultLimit);
  if (limit < 1 || limit > MAX_LIMIT) throw new QueryProblem(`limit must be from 1 to ${MAX_LIMIT}`);
  const [fromEpochS, toEpochS] = [readInteger(parameters, axis.from), readInteger(parameters, axis.to)];
  if (fromEpochS > toEpochS) throw new QueryProblem(`${axis.from} must not be after ${axis.to}`);
  return {
    axis,
    fromEpochS,
    toEpochS,
    filter: readFilter(parameters.get('query') ?? ''),
    limit,
    offset: readInteger(parameters, 'offset', 0),
  };
}

/** The words of the first problem are those that a collector of Palo Alto Networks met (demisto/content #24270). */
function readAxis(parameters: URLSearchParams): TimeAxis {
  const [axis, other] = AXES.filter(({ from, to }) => parameters.has(from) || parameters.has(to));
  if (axis === undefined || !parameters.has(axis.from) || !parameters.has(axis.to)) {
    throw new QueryProblem('Time parameters are not passed');
  }
  if (other !== undefined) throw new QueryProblem('Only one kind of time range can be passed');
  return axis;
}

function readInteger(parameters: URLSearchParams, name: string, byDefault?: number): number {
  const text = parameters.get(name);
  if (text === null && byDefault !== undefined) return byDefault;
  if (text === null || !/^\d{1,15}$/.test(text)) throw new QueryProblem(`${name} must be an integer`);
  return Number(text);
}

/** Of Netskope's query language the one form that is needed to look an event up: `<field> eq "<text>"`. */
function readFilter(query: string): EventQuery['filter'] {
  if (query === '') return () => true;
  const [, field, text] = /^(\w+) eq "([^"]*)"$/.exec(query) ?? [];
  if (field === undefined) throw new QueryProblem('This simulator knows no query but <field> eq "<text>"');
  return (event) => fieldOf(event.text, field) === text;
}

function fieldOf(text: string, field: string): unknown {
  const event: unknown = JSON.parse(text);
  return typeof event === 'object' && event !== null ? (event as Record<string, unknown>)[field] : undefined;
}
