import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { bundleCollector, FUNCTION_HANDLER } from '../../build/function-bundles';
import { NO_NODE_VERSION_WARNING } from '../../local/aws/local-account';
import { LocalAws } from '../../local/aws/local-aws';
import type { InvocationEnd } from '../../local/function-process';
import { FunctionProcess } from '../../local/function-process';
import { LOCAL_FUNCTION, LocalDeployment } from '../../local/local-deployment';
import { NetskopeSimulator } from '../../local/netskope-simulator/netskope-simulator';
import { putStagedStack, SOURCE, TENANT_TOKENS, tenantHistory } from './initial-state';
import { StagedClock } from './staged-clock';

/** The transcripts begin on a Thursday morning. */
const BEGIN_MS = Date.UTC(2026, 10, 19, 9, 1);
/** Seconds that the tenant asks to wait between calls. Real ones ask for up to 5, which would slow the transcripts. */
const WAIT_TIME_S = 1;
const FUNCTION_TIMEOUT_MS = 10 * 60_000;

interface Parts {
  readonly feed: Feed;
  readonly aws: LocalAws;
  readonly simulator: NetskopeSimulator;
  readonly deployment: LocalDeployment;
  readonly clock: StagedClock;
  readonly bundles: CollectorBundles;
}

/**
 * A deployment with its tenant, as AWS and Netskope would show it to an operator: the embedded AWS endpoint, the
 * simulated tenant, and the collector's bundle, in a new process for each invocation. It is new: nobody has set it up.
 */
export class StagedDeployment {
  readonly feed: Feed;
  readonly aws: LocalAws;
  readonly clock: StagedClock;
  readonly bundles: CollectorBundles;
  /** Folder of the deployed bundle. */
  codeFolder: string;
  private readonly simulator: NetskopeSimulator;
  private readonly deployment: LocalDeployment;
  private readonly processes = new Set<FunctionProcess>();

  private constructor({ feed, aws, simulator, deployment, clock, bundles }: Parts) {
    this.feed = feed;
    this.aws = aws;
    this.simulator = simulator;
    this.deployment = deployment;
    this.clock = clock;
    this.bundles = bundles;
    this.codeFolder = bundles.stricter;
  }

  /** @param folder receives the bundles */
  static async start(feed: Feed, folder: string): Promise<StagedDeployment> {
    const clock = new StagedClock(BEGIN_MS);
    const { nowMs } = clock;
    const bundles = bundleCollectors(join(folder, 'bundles'));
    const aws = await LocalAws.start({ nowMs });
    aws.tellsTimeMs = nowMs;
    const simulator = await NetskopeSimulator.start({
      nowMs,
      tokens: TENANT_TOKENS,
      waitTimeS: WAIT_TIME_S,
    });
    simulator.add(tenantHistory());
    const deployment = await LocalDeployment.create(aws);
    await putStagedStack(aws, deployment);
    const staged = new StagedDeployment({ feed, aws, simulator, deployment, clock, bundles });
    aws.functions.put(LOCAL_FUNCTION, (payload) => staged.invoke(payload));
    return staged;
  }

  /** Origin of the tenant's API on this machine. */
  get tenantOrigin(): string {
    return this.simulator.url;
  }

  /** Variables that lead a command to this deployment, at its current time. */
  environment(): Record<string, string> {
    return {
      ...this.aws.environment(),
      ...this.clock.environment(),
      [EnvVar.NetskopeEndpointUrl]: this.tenantOrigin,
    };
  }

  /** Lets time pass, with a scheduled run at the end. @throws Error if the run does not end as it should */
  async passTo(epochMs: number): Promise<void> {
    this.clock.putForwardTo(epochMs);
    const end = await this.invoke(collectionEvent(SOURCE));
    if (end.kind === 'returned') return;
    throw new Error(`A scheduled run did not end as it should: ${JSON.stringify(end)}`);
  }

  /** Stops every process of the function, and everything else. */
  async stop(): Promise<void> {
    await Promise.all([...this.processes].map((process) => process.stop()));
    await this.simulator.stop().finally(() => this.aws.stop());
  }

  private async invoke(payload: unknown): Promise<InvocationEnd> {
    const process = new FunctionProcess({
      codeFolder: this.codeFolder,
      handler: FUNCTION_HANDLER,
      environment: { ...this.deployment.environment(), ...this.environment(), ...NO_NODE_VERSION_WARNING },
      timeoutMs: FUNCTION_TIMEOUT_MS,
    });
    this.processes.add(process);
    try {
      return await process.invoke(payload);
    } finally {
      await process.stop();
      this.processes.delete(process);
    }
  }
}

/** Versions of the collector for the transcripts, by the folder of their bundles. */
interface CollectorBundles {
  /** The collector of this checkout. */
  readonly current: string;
  /** A collector that does not yet allow a missing `supporting_data`, and so rejects such events. */
  readonly stricter: string;
}

/** How the bundle says that `supporting_data` may be missing, in the words of the schema file. */
const TOLERANCE = /seen:"missing"(?=,evidence:.{1,3}Deleted rbi template)/g;

/**
 * Builds the bundles below a folder.
 * @throws Error unless the bundle says exactly once that `supporting_data` may be missing
 */
function bundleCollectors(folder: string): CollectorBundles {
  const [current, stricter] = [join(folder, 'current'), join(folder, 'stricter')];
  bundleCollector(current);
  const path = bundleCollector(stricter);
  const code = readFileSync(path, 'utf8');
  const count = code.match(TOLERANCE)?.length ?? 0;
  if (count !== 1)
    throw new Error(
      `The collector's bundle has ${count} times ${TOLERANCE.source}; expected once. Has its deviation changed in the schema file?`,
    );
  writeFileSync(path, code.replace(TOLERANCE, 'seen:"never"'));
  return { current, stricter };
}
