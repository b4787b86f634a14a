import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error';
import { localArn } from './local-account';

/** A stack as far as it can be looked at: it is complete, and these are its outputs, by key. */
export interface Stack {
  readonly name: string;
  /** Its ARN. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The CloudFormation stacks of the endpoint. Nothing is deployed by putting one: it only tells what is there. */
export class StackStore {
  readonly #stacks = new Map<string, Stack>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Adds a stack, or replaces the outputs of one that is there. */
  put(stackName: string, outputs: Readonly<Record<string, string>>): void {
    const { id, createdAtMs } = this.#stacks.get(stackName) ?? {
      id: localArn('cloudformation', `stack/${stackName}/${randomUUID()}`),
      createdAtMs: this.#nowMs(),
    };
    this.#stacks.set(stackName, { name: stackName, id, createdAtMs, outputs });
  }

  /** A stack by name or id. @throws AwsError ValidationError (AWS CloudFormation API reference, DescribeStacks). */
  find(nameOrId: string): Stack {
    const stack = this.#stacks.get(nameOrId) ?? [...this.#stacks.values()].find(({ id }) => id === nameOrId);
    if (stack === undefined) {
      throw new AwsError(400, 'ValidationError', `Stack with id ${nameOrId} does not exist`);
    }
    return stack;
  }
}
