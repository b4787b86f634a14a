import { RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { FUNCTION_HANDLER } from '../../build/function-bundles';

interface DeployedFunctionProps extends Omit<
  lambda.FunctionProps,
  'runtime' | 'architecture' | 'handler' | 'code'
> {
  /** Folder with the built function. */
  readonly codeFolder: string;
  readonly logGroup: logs.ILogGroup;
}

/** The log of the construct's function, which goes with the stack. */
export function functionLog(scope: Construct): logs.LogGroup {
  return new logs.LogGroup(scope, 'Log', {
    retention: logs.RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** The construct's function, as all functions of a deployment are run. */
export function deployedFunction(
  scope: Construct,
  { codeFolder, ...props }: DeployedFunctionProps,
): lambda.Function {
  return new lambda.Function(scope, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: FUNCTION_HANDLER,
    code: lambda.Code.fromAsset(codeFolder),
    ...props,
  });
}
