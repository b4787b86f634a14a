import { gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PolicyDocument } from '../../../lib/cli/policy/policy-document';
import type { AwsCall, AwsFault } from '../../../lib/local/aws/wire/aws-call';
import {
  createLocalDetection,
  LOCAL_ALERT_TOPIC_ARN,
  LOCAL_BUCKET,
} from '../../../lib/local/local-deployment';
import type { AttemptedCall, Permission } from '../../aws/pipeline/permissions';
import { attemptedCall, covers, permissionsIn } from '../../aws/pipeline/permissions';
import { simulatedLogin } from '../../collector/audit-events';
import { exampleAlert } from '../../detector/example-alert';
import { fleetSource, putSources } from '../../fleet/fleet-table';
import { NOW_S, TOKEN } from '../../pipeline';
import { quarantine } from '../../quarantine';
import { deployedSource, OUTPUTS } from '../deployed-pipeline';
import { DoctorScenario } from '../doctor/doctor-scenario';

/** Outputs of a deployment with detection, and without a key. */
export const ALL_OUTPUTS = {
  ...OUTPUTS,
  AlertTopic: LOCAL_ALERT_TOPIC_ARN,
  DetectionTable: 'netskope-audit-detection',
  Database: 'netskopeaudit',
  QueryResultsBucket: 'netskope-audit-results',
  Sources: JSON.stringify(['netskope', 'new'].map(deployedSource)),
} as const;

/** Outputs of a fleet. */
const FLEET_OUTPUTS = { ...ALL_OUTPUTS, Sources: '[]', FleetFunction: 'fleet' } as const;

const ACCOUNT = '000000000000';
/** Done; with a finding, as where events are missing; without a token, as of the new source. */
const EXPECTED_ENDS = [0, 3, 5];
const SUBSCRIPTIONS = [{ protocol: 'email', endpoint: 'soc@example.org' }];

/** What came of commands under a policy. */
export interface LimitedUse {
  /** Calls that the policy does not allow. */
  readonly refused: readonly string[];
  /** Actions that a statement allows and no command used. */
  readonly unused: readonly string[];
}

/**
 * Somebody who works under a policy, on a deployment that has something of everything: events, one of them not collected
 * yet, an alert, a quarantined event, and a source whose secret has no value.
 */
export class LimitedOperator {
  private calls: AttemptedCall[] = [];

  private constructor(private readonly scenario: DoctorScenario) {}

  /** @param isFleet whether it is one, with a source `apac` */
  static async start(isFleet = false): Promise<LimitedOperator> {
    const scenario = await DoctorScenario.start();
    const { aws, simulator, deployment } = scenario.deployed.pipeline;
    await createLocalDetection(aws);
    await deployment.putSecret('new');
    aws.stacks.put('NetskopeAudit', isFleet ? FLEET_OUTPUTS : ALL_OUTPUTS);
    if (isFleet) {
      const client = new DynamoDBClient(scenario.deployed.settings);
      await putSources(client, [fleetSource({ sourceId: 'apac' })]);
      client.destroy();
    }
    aws.topics.put(LOCAL_ALERT_TOPIC_ARN, SUBSCRIPTIONS);
    simulator.add([simulatedLogin('c', NOW_S - 5400)]);
    await quarantine(aws, '2026-11-18/a', ['{"_id":true}']);
    const alert = exampleAlert();
    await aws.objects.put({
      bucket: LOCAL_BUCKET,
      key: `alerts/netskope_audit/source=netskope/dt=2026-11-22/${alert.alert_id}.ndjson.gz`,
      body: gzipSync(`${JSON.stringify(alert)}\n`),
      attributes: { contentType: 'application/gzip', userMetadata: {} },
      onlyIfAbsent: true,
    });
    return new LimitedOperator(scenario);
  }

  async stop(): Promise<void> {
    await this.scenario.deployed.pipeline.aws.functions.settled();
    await this.scenario.stop();
  }

  /** Runs commands one after another; AWS denies what the policy does not allow. */
  async use(policy: PolicyDocument, commands: readonly (readonly string[])[]): Promise<LimitedUse> {
    const permissions = permissionsIn(policy, 'operator');
    const refused: string[] = [];
    this.calls = [];
    this.scenario.hook((call) => this.decide(call, permissions, refused));
    for (const args of commands) await this.run(args);
    return { refused, unused: policy.Statement.flatMap((statement) => this.unusedOf(statement)) };
  }

  private unusedOf({ Sid, Action, Resource }: PolicyDocument['Statement'][number]): string[] {
    const isUsed = (action: string): boolean =>
      permissionsIn({ Statement: [{ Effect: 'Allow', Action: action, Resource }] }, 'operator').some(
        (permission) => this.calls.some((call) => covers(permission, call)),
      );
    return Action.filter((action) => !isUsed(action)).map((action) => `${action} of ${Sid}`);
  }

  private decide(call: AwsCall, permissions: readonly Permission[], refused: string[]): AwsFault | undefined {
    if (call.service === 'sts') return undefined;
    const attempted = attemptedCall(call, ACCOUNT);
    this.calls.push(attempted);
    if (permissions.some((permission) => covers(permission, attempted))) return undefined;
    const { action, resource } = attempted;
    refused.push(`${action} on ${resource}`);
    return { kind: 'error', status: 403, code: 'AccessDenied', message: `no ${action}` };
  }

  private async run(args: readonly string[]): Promise<void> {
    const { deployed } = this.scenario;
    const environment = { NETSKOPE_ENDPOINT_URL: deployed.pipeline.simulator.url };
    const { exitCode, stderr } = await deployed.cli(args, { environment, stdin: TOKEN });
    if (!EXPECTED_ENDS.includes(Number(exitCode)))
      throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  }
}
