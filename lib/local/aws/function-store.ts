import type { InvocationEnd } from '../function-process';
import { AwsError } from './aws-error';
import { localArn } from './local-account';

/** What a function does: takes the payload of an invocation and ends. */
export type FunctionBody = (payload: unknown) => Promise<InvocationEnd>;

/** Name, `account:function:name` or ARN (AWS Lambda API reference, Invoke, `FunctionName`); no version, no alias. */
const FUNCTION_NAME = /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?\d{12}:function:)?([\w-]{1,64})$/;

/** The Lambda functions of the endpoint. As many invocations run at once as are asked for. */
export class FunctionStore {
  readonly #bodies = new Map<string, FunctionBody>();
  readonly #events: Promise<InvocationEnd>[] = [];

  /** Adds a function, or replaces one that is there. */
  put(name: string, body: FunctionBody): void {
    this.#bodies.set(name, body);
  }

  /** Invokes a function by name or ARN and waits for its end. @throws AwsError ResourceNotFoundException */
  async invoke(nameOrArn: string, payload: unknown): Promise<InvocationEnd> {
    return this.#body(nameOrArn)(payload);
  }

  /**
   * Begins an invocation that nobody waits for. Lambda tries one that fails twice more; here it is tried once.
   * @throws AwsError ResourceNotFoundException
   */
  begin(nameOrArn: string, payload: unknown): void {
    const ending = this.#body(nameOrArn)(payload);
    // Told by `settled`; without a handler of its own the process would end here.
    ending.catch(() => undefined);
    this.#events.push(ending);
  }

  /** Waits for every invocation begun; how each ended, oldest first. @throws what a body threw */
  async settled(): Promise<readonly InvocationEnd[]> {
    return Promise.all(this.#events);
  }

  #body(nameOrArn: string): FunctionBody {
    const [, name = ''] = FUNCTION_NAME.exec(nameOrArn) ?? [];
    const body = this.#bodies.get(name);
    if (body === undefined) {
      const arn = nameOrArn.startsWith('arn:') ? nameOrArn : localArn('lambda', `function:${nameOrArn}`);
      throw new AwsError(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
    }
    return body;
  }
}
