import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './aws-call';
import { notImplemented } from './aws-error';
import { closedObject } from './aws-parameters';
import {
  formReader,
  memberList,
  operationFromForm,
  queryAnswer,
  unknownAction,
  type QueryApi,
} from './aws-query';
import type { Stack, StackStore } from './stack-store';
import { element, type Xml } from './xml';

const API: QueryApi = {
  version: '2010-05-15',
  namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
};

const readDescribeStacks = formReader<{ readonly StackName?: string }>(
  closedObject({ StackName: { type: 'string', minLength: 1 } }),
  { missing: 'ValidationError', invalid: 'ValidationError' },
);

/** CloudFormation, for whoever wants to know the outputs of a stack. */
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
