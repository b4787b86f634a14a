import type { EventLog, SimulatedEvent } from './event-log';
import { RETENTION_S } from './event-log';
import type { Answer, Outcome } from './gateway/answer';
import { gatewayAnswer } from './gateway/answer';
import type { PageFault } from './gateway/fault';
import type { Endpoint, EndpointCall, ExecutedPlan } from './gateway/gateway';
import type { SimulatorRequest } from './gateway/request';
import { notOkText, pageAnswer } from './iterator/page-answer';
import type { EventQueryOptions, SimulatorOptions, TimeBound } from './simulator-options';

/** As in the documentation of the v1 API; for v2 nothing is documented. */
const INCLUDES_BOUND: Readonly<Record<TimeBound, boolean>> = {
  starttime: false,
  endtime: true,
  insertionstarttime: true,
  insertionendtime: true,
};

/** Audit events by time range, newest first. It has no cursor: a call that fails has changed nothing. */
export class EventQueryEndpoint implements Endpoint {
  readonly #log: EventLog;
  readonly #nowMs: () => number;
  readonly #options: EventQueryOptions;
  readonly #includesBound: Readonly<Record<TimeBound, boolean>>;

  constructor({ nowMs, eventQuery = {} }: SimulatorOptions, log: EventLog) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#options = eventQuery;
    this.#includesBound = { ...INCLUDES_BOUND, ...eventQuery.includesBound };
  }

  async execute({ request, deliver }: EndpointCall, plan: ExecutedPlan): Promise<void> {
    await deliver(await this.#outcome(request, plan));
  }

  async #outcome(request: SimulatorRequest, plan: ExecutedPlan): Promise<Outcome> {
    if (plan.strikes === 'late') return { kind: 'silence' };
    if (plan.strikes === 'after') return plan.outcome;
    try {
      const query = readEventQuery(request.parameters, this.#options);
      return await pageAnswer(this.#envelope(query, plan.pageFault), { request, fault: plan.pageFault });
    } catch (error) {
      if (error instanceof QueryProblem) return this.#problemAnswer(error, request);
      throw error;
    }
  }

  #problemAnswer({ message }: QueryProblem, request: SimulatorRequest): Answer | Promise<Answer> {
    if (this.#options.errorForm === 'ok-0') return pageAnswer(notOkText(message, 400), { request });
    return gatewayAnswer(400, message);
  }

  /** `{"ok":1,"result":[…],"total":2}`, as Netskope's command line reads it; events verbatim by default. */
  #envelope(query: EventQuery, fault: PageFault | undefined): string {
    if (fault?.kind === 'envelope') {
      throw new Error("The fault 'envelope' changes the iterator's page; expected another one here.");
    }
    const { ignoresOffset, statesTotal = true, rowText = ({ text }) => text } = this.#options;
    const found = this.#found(query);
    const start = ignoresOffset === true ? 0 : query.offset;
    const rows = found.slice(start, start + query.limit).map(rowText);
    const total = statesTotal ? `,"total":${found.length}` : '';
    return `{"ok":1,"result":[${rows.join(',')}]${total}}`;
  }

  #found(query: EventQuery): readonly SimulatedEvent[] {
    const nowS = Math.floor(this.#nowMs() / 1000);
    this.#log.reveal(nowS);
    const visible = this.#log.slice(this.#log.firstAtOrAfter(nowS - RETENTION_S), this.#log.length);
    return visible
      .filter((event) => this.#isInRange(query, event) && query.filter(event))
      .toReversed()
      .sort((one, other) => query.axis.timeS(other) - query.axis.timeS(one));
  }

  #isInRange({ axis, fromEpochS, toEpochS }: EventQuery, event: SimulatedEvent): boolean {
    const timeS = axis.timeS(event);
    if (timeS === fromEpochS && !this.#includesBound[axis.from]) return false;
    if (timeS === toEpochS && !this.#includesBound[axis.to]) return false;
    return timeS >= fromEpochS && timeS <= toEpochS;
  }
}

/** The validated parameters of a request. */
interface EventQuery {
  readonly axis: TimeAxis;
  /** Unix seconds; whether the bounds belong to the range is configured elsewhere. */
  readonly fromEpochS: number;
  readonly toEpochS: number;
  readonly filter: (event: SimulatedEvent) => boolean;
  readonly limit: number;
  readonly offset: number;
}

/** Two bounds that make a range, and the event time to compare with them. */
interface TimeAxis {
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

/** A problem of the parameters. Its text is Netskope's where that is published, else this simulator's. */
class QueryProblem extends Error {
  override readonly name = 'QueryProblem';
}

/** Validates the parameters of a request. @throws QueryProblem */
function readEventQuery(
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

/** The text of the first problem was reported for a collector of Palo Alto Networks (demisto/content #24270). */
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

/** The one form of Netskope's query language that is needed to look up an event: `<field> eq "<text>"`. */
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
