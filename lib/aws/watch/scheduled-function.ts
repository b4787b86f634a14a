import type { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { WatchedSources } from '../../../lambdas/contract/deployment/watched-sources';
import type { CollectionSchedules } from '../collect/collection-schedules';
import { deployedFunction, functionLog } from '../resource/deployed-function';
import { acknowledgeWildcards, allow, logStatement } from '../resource/policy-statements';

interface ScheduledFunctionProps extends Pick<
  lambda.FunctionProps,
  'description' | 'memorySize' | 'timeout' | 'environment' | 'maxEventAge'
> {
  /** Folder with the built function. */
  readonly codeFolder: string;
  readonly schedules: CollectionSchedules;
  /** Name of the policy of its role, and what this allows besides its log and its dead letters. */
  readonly policy: Readonly<Record<string, readonly iam.PolicyStatement[]>>;
  /** Findings about wildcards in it, each with why it is right. @default - there is none */
  readonly wildcards?: Readonly<Record<string, string>>;
  readonly schedule: {
    readonly description: string;
    readonly expression: ScheduleExpression;
    /** How long an invocation is tried; then the input is a dead letter. */
    readonly maxEventAge: Duration;
    readonly input: object;
  };
}

/** The construct's function, which a schedule invokes. If it fails three times, its input is a dead letter. */
export function scheduledFunction(
  scope: Construct,
  { schedules, policy, wildcards = {}, schedule, ...props }: ScheduledFunctionProps,
): lambda.Function {
  const deadLetters = schedules.undelivered.queueArn;
  const logGroup = functionLog(scope);
  const ofEvery = [logStatement(logGroup), allow(['sqs:SendMessage'], [deadLetters])];
  const role = new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: Object.fromEntries(
      Object.entries(policy).map(([name, statements]) => [
        name,
        new iam.PolicyDocument({ statements: [...statements, ...ofEvery] }),
      ]),
    ),
  });
  acknowledgeWildcards(role, wildcards);
  const onFailure = { bind: () => ({ destination: deadLetters }) };
  const made = deployedFunction(scope, { ...props, role, logGroup, onFailure });
  schedules.invoke(scope, { function: made, ...schedule });
  return made;
}

/** The input of a function about sources. @param sourceIds those that are collected, or that the table lists them */
export function watchedSources(sourceIds: readonly string[] | 'fleet'): WatchedSources {
  return sourceIds === 'fleet' ? { fleet: true } : { sourceIds };
}
