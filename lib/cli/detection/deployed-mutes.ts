import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { MUTES_ID } from '../../../lambdas/contract/storage/detection-table';
import { DynamoStateStore } from '../../../lambdas/detector/adapters/dynamo-state-store';
import { StateError } from '../../../lambdas/detector/core/errors';
import type { Mute, MuteList } from '../../../lambdas/detector/core/rule/mute';
import { NO_MUTES, readMutes } from '../../../lambdas/detector/core/rule/mute';
import { changeState } from '../../../lambdas/detector/core/state-store';
import type { Deployment } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';

/** Events may be evaluated so long after their day, as by a redelivery, and are still muted. */
const KEEP_AFTER_END_S = 30 * 86_400;

/** The mutes of a deployment, in the table of its detector. */
export class DeployedMutes {
  private readonly states: DynamoStateStore;
  private readonly table: string;

  /** @throws OperatorError if no detector is deployed */
  constructor(
    deployment: Deployment,
    private readonly nowMs: () => number,
  ) {
    const { DetectionTable: table } = deployment.outputs;
    if (table === undefined)
      throw new OperatorError({
        what: `No detector is deployed in stack ${deployment.stackName}, so there is nothing to mute.`,
        whatToDo: 'Set detection.enabled to true in cdk.json and deploy: npx cdk deploy --all',
        exitCode: ExitCode.NoDeployment,
      });
    this.table = table;
    this.states = new DynamoStateStore(deployment.aws.client(DynamoDBClient), table, nowMs);
  }

  /** Also those that have ended. */
  async read(): Promise<readonly Mute[]> {
    return (await this.stored()).state.mutes;
  }

  /** @param by pure; mutes that have ended are taken from what it returns */
  async change(by: (mutes: readonly Mute[]) => readonly Mute[]): Promise<void> {
    await changeState<MuteList>(this.states, MUTES_ID, {
      from: await this.stored(),
      by: ({ mutes }) => ({ mutes: by(mutes).filter((mute) => !this.hasEnded(mute)) }),
      empty: NO_MUTES,
      lifeOf: ({ mutes }) => ({ keepS: this.keepS(mutes) }),
    });
  }

  hasEnded({ until }: Mute): boolean {
    return until < dayOf(this.nowMs());
  }

  private keepS(mutes: readonly Mute[]): number {
    const nowS = Math.floor(this.nowMs() / 1000);
    const lastS = mutes.reduce((latest, { until }) => Math.max(latest, Date.parse(until) / 1000), nowS);
    return lastS - nowS + KEEP_AFTER_END_S;
  }

  private async stored() {
    try {
      return await readMutes(this.states);
    } catch (error) {
      // A refused call is described as such by its cause.
      if (!(error instanceof StateError) || isRefusal(error.cause)) throw error;
      const key = JSON.stringify({ groupId: { S: MUTES_ID } });
      throw new OperatorError(
        {
          what: `Item ${MUTES_ID} of table ${this.table} holds no mutes that this version can read; the detector goes on without them.`,
          whatToDo: `Deploy the version that wrote it, or delete it, which ends all mutes: aws dynamodb delete-item --table-name ${this.table} --key '${key}'`,
        },
        { cause: error },
      );
    }
  }
}

function isRefusal(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && '$metadata' in cause;
}
