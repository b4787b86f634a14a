import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchClient, StateValue } from '@aws-sdk/client-cloudwatch';
import {
  DEPLOYMENT_ALARM_KINDS,
  DETECTION_ALARM_KINDS,
  SOURCE_ALARM_KINDS,
  deploymentAlarmName,
  sourceAlarmName,
} from '../../../lambdas/contract/telemetry/alarm-names';
import type { DeploymentAlarmKind, SourceAlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import type { Deployment, SourceInStack } from '../deployment';

/** The alarms of a deployment, as they are now. */
export class AlarmStates {
  private constructor(
    private readonly pipelineStackName: string,
    private readonly states: ReadonlyMap<string, StateValue | undefined>,
  ) {}

  static async read(client: CloudWatchClient, { stackName, sources }: Deployment): Promise<AlarmStates> {
    const stackNames = new Set([stackName, ...sources.map((source) => source.stackName)]);
    const states = new Map<string, StateValue | undefined>();
    for (const name of stackNames) {
      // Alarms of stacks whose name begins alike come along; nobody asks for them.
      const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix: `${name}-` });
      for await (const { MetricAlarms = [] } of pages) {
        for (const { AlarmName = '', StateValue } of MetricAlarms) states.set(AlarmName, StateValue);
      }
    }
    return new AlarmStates(stackName, states);
  }

  /** How many alarms watch the source. */
  count({ stackName, sourceId }: SourceInStack): number {
    return SOURCE_ALARM_KINDS.filter((kind) => this.states.has(sourceAlarmName(stackName, sourceId, kind)))
      .length;
  }

  /** Kinds of the source's alarms that ring. */
  ringing({ stackName, sourceId }: SourceInStack): readonly SourceAlarmKind[] {
    return SOURCE_ALARM_KINDS.filter(
      (kind) => this.states.get(sourceAlarmName(stackName, sourceId, kind)) === 'ALARM',
    );
  }

  /** Kinds of the alarms that ring for what all sources share. */
  get ringingForAll(): readonly DeploymentAlarmKind[] {
    return [...DEPLOYMENT_ALARM_KINDS, ...DETECTION_ALARM_KINDS].filter(
      (kind) => this.states.get(deploymentAlarmName(this.pipelineStackName, kind)) === 'ALARM',
    );
  }
}
