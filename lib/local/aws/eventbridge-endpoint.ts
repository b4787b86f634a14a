import { randomUUID } from 'node:crypto';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { operationFromTarget } from './wire/aws-request';
import { closedObject, jsonAnswer, parameterReader, unknownOperation } from './wire/protocols';

const text = { type: 'string', minLength: 1 };

const readPutEvents = parameterReader<{ readonly Entries: readonly BusEvent[] }>(
  closedObject(
    {
      Entries: {
        type: 'array',
        minItems: 1,
        maxItems: 10,
        items: closedObject({ Source: text, DetailType: text, Detail: text }, [
          'Source',
          'DetailType',
          'Detail',
        ]),
      },
    },
    ['Entries'],
  ),
  { missing: 'ValidationException', invalid: 'ValidationException' },
);

/** An event that somebody put on the default bus. */
export interface BusEvent {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON. */
  readonly Detail: string;
}

/** EventBridge, as far as events are put on the default bus. They can be read here; no rule is played. */
export class EventBridgeEndpoint implements AwsEndpoint {
  constructor(private readonly bus: BusEvent[]) {}

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromTarget('events', request) };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    if (call.operation !== 'PutEvents') throw unknownOperation('EventBridge', call.operation);
    const { Entries } = readPutEvents(call.body);
    this.bus.push(...Entries);
    return jsonAnswer(call, {
      FailedEntryCount: 0,
      Entries: Entries.map(() => ({ EventId: randomUUID() })),
    });
  }
}
