import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lambdaNodeBinary } from '../../lib/build/lambda-node';
import type { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsCall } from '../../lib/local/aws/wire/aws-call';
import type { InvocationEnd } from '../../lib/local/function-process';
import { FunctionProcess } from '../../lib/local/function-process';
import type { DeployedTemplate } from './deployed-template';

/** The properties of AWS::Lambda::Function that are used here. */
interface FunctionProperties {
  readonly Handler: string;
  readonly Timeout: number;
  readonly Runtime: string;
  readonly Code: { readonly S3Key: string };
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

/** A function of a template as a local process, with the template's asset, handler, timeout and environment. */
export class DeployedFunction {
  /** The function's calls to AWS, in order. */
  readonly calls: AwsCall[] = [];
  readonly properties: FunctionProperties;
  private process: FunctionProcess | undefined;

  /**
   * @param idPrefix prefix of the logical id
   * @param environment laid over that of the template, and read when the process starts
   */
  constructor(
    private readonly template: DeployedTemplate,
    idPrefix: string,
    private readonly aws: LocalAws,
    private readonly environment: () => Readonly<Record<string, string>>,
  ) {
    this.properties = template.onlyOf('AWS::Lambda::Function', idPrefix) as unknown as FunctionProperties;
  }

  /** @param isRefused a call for which it returns true gets an error that no client retries */
  async invoke(input: unknown, isRefused: (call: AwsCall) => boolean = () => false): Promise<InvocationEnd> {
    this.aws.hooks = {
      before: (call) => {
        this.calls.push(call);
        if (!isRefused(call)) return undefined;
        return {
          kind: 'error',
          status: 400,
          code: 'ValidationException',
          message: 'Refused by the rehearsal.',
        };
      },
    };
    this.process ??= this.newProcess();
    const end = await this.process.invoke(input);
    this.aws.hooks = {};
    return end;
  }

  /** Stops the process; the next invocation starts another one. */
  async stop(): Promise<void> {
    await this.process?.stop();
    this.process = undefined;
  }

  private newProcess(): FunctionProcess {
    const { Handler, Timeout, Code, Environment } = this.properties;
    return new FunctionProcess({
      codeFolder: assetFolder(this.template, Code.S3Key),
      handler: Handler,
      environment: { ...this.aws.environment(), ...Environment.Variables, ...this.environment() },
      timeoutMs: Timeout * 1000,
      nodeBinary: lambdaNodeBinary(),
    });
  }
}

/** The folder that the deployment would upload under the key. @throws Error if the assembly has no such asset */
function assetFolder({ template }: DeployedTemplate, objectKey: string): string {
  const { stackName, assemblyFolder } = template;
  const manifest = readFileSync(join(assemblyFolder, `${stackName}.assets.json`), 'utf8');
  const { files } = JSON.parse(manifest) as {
    readonly files: Record<
      string,
      { source: { path: string }; destinations: Record<string, { objectKey: string }> }
    >;
  };
  const asset = Object.values(files).find(({ destinations }) =>
    Object.values(destinations).some((destination) => destination.objectKey === objectKey),
  );
  if (asset === undefined) throw new Error(`the assembly has no asset ${objectKey}`);
  return join(assemblyFolder, asset.source.path);
}
