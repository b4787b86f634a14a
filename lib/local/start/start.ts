import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectorEvent } from '../../../lambdas/contract/collector-event';
import { COLLECTOR_HANDLER, LAMBDA_NODE_MAJOR, bundleCollector } from '../../build/collector-bundle';
import { LocalAws } from '../aws/local-aws';
import { FunctionProcess } from '../function-process';
import { LocalDeployment } from '../local-deployment';
import { archiveGuide } from './archive-guide';
import { collectAll } from './collection';
import type { Collection } from './collection';
import { Progress } from './progress';
import { formatBytes } from './quantities';
import { reportTable } from './run-report';
import type { Screen } from './screen';
import { StartError, StartInterrupted } from './start-error';
import { StreamCheckpoint } from './stream-checkpoint';
import type { OpenTenant, Tenant } from './tenant';

/** The source that is collected, by the id a fresh deployment gives it. */
const SOURCE_ID = 'netskope';
/** The function's time-out. */
const TIMEOUT_MS = 10 * 60_000;

/** What a start needs to know. */
export interface Start {
  readonly tenant: Tenant;
  /** Folder in which every tenant has its own. */
  readonly stateFolder: string;
  readonly screen: Screen;
  /** Aborts when the operator interrupts. */
  readonly signal: AbortSignal;
}

/** The pipeline while it stands. */
interface Pipeline {
  readonly aws: LocalAws;
  readonly tenant: OpenTenant;
  readonly deployment: LocalDeployment;
  readonly folder: string;
}

/**
 * Collects what the tenant has into an archive on this machine: the built function, the real AWS SDK, the embedded
 * AWS endpoint. Everything it started is stopped when it returns.
 * @throws StartError, StartInterrupted
 */
export async function start({ tenant, stateFolder, screen, signal }: Start): Promise<void> {
  const folder = join(stateFolder, tenant.folderName);
  await tenant.prepare(folder, signal).catch(unlessInterrupted(signal));
  const aws = await LocalAws.start({ stateDir: folder }).catch((cause: unknown) => {
    throw new StartError((cause as Error).message, { cause });
  });
  try {
    const deployment = await LocalDeployment.create(aws);
    const opened = await tenant.open(folder);
    try {
      const pipeline = { aws, tenant: opened, deployment, folder };
      await collectInto(pipeline, { tenant, stateFolder, screen, signal });
    } finally {
      await opened.close();
    }
  } finally {
    screen.endLiveLine();
    await aws.stop();
  }
}

async function collectInto(pipeline: Pipeline, { tenant, screen, signal }: Start): Promise<void> {
  const { aws, deployment, folder } = pipeline;
  const bundle = bundleCollector(join(folder, 'function'));
  introduce(pipeline, bundle, screen);
  const checkpoint = new StreamCheckpoint(aws, SOURCE_ID);
  await checkpoint.releaseLeaseOfDeadRun();
  await deployment.putSecret(SOURCE_ID, pipeline.tenant.secret);
  const event = { sourceId: SOURCE_ID, startLookbackHours: tenant.startLookbackHours };
  const collection = await runFunction(pipeline, event, { screen, signal });
  const [heading = '', ...rows] = reportTable(collection, await checkpoint.read());
  const guide = archiveGuide({ aws, folder, workingFolder: process.cwd() });
  for (const line of ['', screen.styled('bold', heading), ...rows, '', ...guide]) screen.print(line);
}

async function runFunction(
  { deployment, tenant, folder }: Pipeline,
  event: CollectorEvent,
  { screen, signal }: Pick<Start, 'screen' | 'signal'>,
): Promise<Collection> {
  const progress = new Progress(screen);
  const collector = new FunctionProcess({
    codeFolder: join(folder, 'function'),
    handler: COLLECTOR_HANDLER,
    environment: { ...deployment.environment(), ...tenant.environment, ...NO_NODE_VERSION_WARNING },
    timeoutMs: TIMEOUT_MS,
    onLogLine: (line) => progress.show(line),
  });
  const stop = (): void => void collector.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await collectAll(collector, event, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    await collector.stop();
  }
}

/** The AWS SDK announces on Node.js 20 that it will end its support; the deployed function runs on a later one. */
export const NO_NODE_VERSION_WARNING = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;

function introduce({ aws, tenant, folder }: Pipeline, bundle: string, screen: Screen): void {
  const size = formatBytes(statSync(bundle).size);
  screen.print(`Source    ${tenant.description}`);
  screen.print(
    `Function  ${size}, the bundle that is deployed, on Node.js ${process.versions.node} (Lambda: ${LAMBDA_NODE_MAJOR})`,
  );
  screen.print(`AWS       ${aws.url}: S3, DynamoDB, Secrets Manager, CloudWatch`);
  screen.print(`State     ${folder}`);
  screen.print();
}

/** What fails because of an interruption is the interruption. */
function unlessInterrupted(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    throw signal.aborted ? new StartInterrupted() : error;
  };
}
