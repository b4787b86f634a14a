import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FleetSource } from '../../../lambdas/contract/deployment/fleet';
import { CHECKPOINT_KEY, CHECKPOINT_VERSION } from '../../../lambdas/contract/storage/checkpoint-table';
import { FleetItem } from '../../../lambdas/contract/storage/fleet-table';
import { readSourceList } from '../../../lambdas/shared/fleet-sources';
import { packed } from '../../../lambdas/shared/table-items';
import type { Deployment } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';

/** Each conflict means that another operator has changed the list. */
const MAX_ATTEMPTS = 10;

/** The list of the sources of a fleet, which is one item: a change is made as a whole or not at all. */
export class StoredSources {
  private readonly client: DynamoDBClient;
  private readonly table: string;

  /** @throws OperatorError if the deployment is no fleet */
  constructor({ aws, outputs, isFleet, stackName }: Deployment) {
    if (!isFleet)
      throw new OperatorError({
        what: `Stack ${stackName} is no fleet: its sources are those of cdk.json.`,
        whatToDo: 'Add them there, or deploy with fleet set to true: see docs/fleet.md.',
        exitCode: ExitCode.NoDeployment,
      });
    this.client = aws.client(DynamoDBClient);
    this.table = outputs.CheckpointTable;
  }

  async read(): Promise<readonly FleetSource[]> {
    return (await readSourceList(this.client, this.table)).sources;
  }

  /** @param by pure; the same list means that there is nothing to write */
  async change(by: (sources: readonly FleetSource[]) => readonly FleetSource[]): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { sources, version } = await readSourceList(this.client, this.table);
      const next = by(sources);
      if (next === sources || (await this.write(next, version))) return;
    }
    throw new OperatorError({
      what: `Others have changed the list of sources ${MAX_ATTEMPTS} times meanwhile.`,
      whatToDo: 'Start the command again.',
    });
  }

  /** @returns whether the list was still of this version */
  private async write(sources: readonly FleetSource[], version: number): Promise<boolean> {
    const Item = marshall({
      [CHECKPOINT_KEY]: FleetItem.Sources,
      [CHECKPOINT_VERSION]: version + 1,
      ...packed(sources),
    });
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item,
          ConditionExpression: 'attribute_not_exists(#version) OR #version = :version',
          ExpressionAttributeNames: { '#version': CHECKPOINT_VERSION },
          ExpressionAttributeValues: marshall({ ':version': version }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
