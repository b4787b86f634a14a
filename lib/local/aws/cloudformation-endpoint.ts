import { randomUUID } from 'node:crypto';
import { localArn } from './local-account';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { AwsError, notImplemented } from './wire/aws-call';
import type { QueryApi } from './wire/protocols';
import {
  closedObject,
  formReader,
  memberList,
  operationFromForm,
  queryAnswer,
  unknownAction,
} from './wire/protocols';
import type { Xml } from './wire/xml';
import { element } from './wire/xml';

const API: QueryApi = {
  version: '2010-05-15',
  namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
};

const readDescribeStacks = formReader<{ readonly StackName?: string }>(
  closedObject({ StackName: { type: 'string', minLength: 1 } }),
  { missing: 'ValidationError', invalid: 'ValidationError' },
);

/** CloudFormation, as far as it tells the outputs of a stack. */
export class CloudFormationEndpoint implements AwsEndpoint {
  readonly #stacks: StackStore;

  constructor(stacks: StackStore) {
    this.#stacks = stacks;
  }

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromForm(request, API) };
  }

  async apply({ operation, body }: AwsCall): Promise<AwsAnswer> {
    if (operation !== 'DescribeStacks') throw unknownAction('CloudFormation', operation);
    const { StackName } = readDescribeStacks(body);
    if (StackName === undefined) throw notImplemented('DescribeStacks without a StackName');
    return queryAnswer(API, operation, [memberList('Stacks', [description(this.#stacks.find(StackName))])]);
  }
}

function description({ name, id, createdAtMs, outputs }: Stack): Xml[] {
  const members = Object.entries(outputs).map(([key, value]) => [
    element('OutputKey', key),
    element('OutputValue', value),
  ]);
  return [
    element('StackId', id),
    element('StackName', name),
    element('CreationTime', new Date(createdAtMs).toISOString()),
    element('StackStatus', 'CREATE_COMPLETE'),
    memberList('Outputs', members),
  ];
}

/** A complete stack, reduced to its identity and its outputs by key. */
interface Stack {
  readonly name: string;
  /** Its ARN. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The CloudFormation stacks of the endpoint. Putting one deploys nothing: it only describes what is there. */
export class StackStore {
  readonly #stacks = new Map<string, Stack>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Adds a stack, or replaces the outputs of an existing one. */
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
