/** A call of the AWS API, as the service's own reference names it. */
export interface AwsCallName {
  /** For example `DynamoDB`. */
  readonly service: string;
  /** For example `GetItem`. */
  readonly operation: string;
}

type Step<Args, Result> = (args: Args) => Promise<Result>;

/** One step around each call, in the SDK's terms: it wraps the next step. */
type Middleware = <Args, Result>(
  next: Step<Args, Result>,
  context: { readonly clientName?: unknown; readonly commandName?: unknown },
) => Step<Args, Result>;

/** As much of an SDK client as is needed to watch its calls, and to end it. */
export interface ObservedClient {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'initialize'; readonly name: string }): void;
  };
  destroy(): void;
}

const failedCalls = new WeakMap<object, AwsCallName>();

/** Notes of each error of this client which call it came from: the SDK's errors do not say. */
export function noteFailedCalls(client: ObservedClient): void {
  const noteFailedCall: Middleware =
    (next, { clientName, commandName }) =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const name = {
          service: withoutEnding(clientName, 'Client'),
          operation: withoutEnding(commandName, 'Command'),
        };
        if (typeof error === 'object' && error !== null) failedCalls.set(error, name);
        throw error;
      }
    };
  client.middlewareStack.add(noteFailedCall, { step: 'initialize', name: noteFailedCall.name });
}

/** The call that an error came from, if it came from a watched client. */
export function failedCall(error: object): AwsCallName | undefined {
  return failedCalls.get(error);
}

function withoutEnding(name: unknown, ending: string): string {
  return String(name).replace(new RegExp(`${ending}$`), '');
}
