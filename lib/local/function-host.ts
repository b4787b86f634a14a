/**
 * Does the work of the Lambda runtime in a process of its own: loads the handler named by `_HANDLER` from
 * `LAMBDA_TASK_ROOT`, invokes it for each message of the parent, and reports the result.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

/** The message of the parent. */
interface Invocation {
  readonly requestId: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
}

/** What the process has used since it started. */
export interface ProcessUse {
  readonly cpuMs: number;
  readonly maxRssBytes: number;
  /** How many times V8 has marked and compacted the whole heap. */
  readonly fullCollections: number;
}

/** The answer to the parent. */
export interface InvocationReport extends ProcessUse {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

const { LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env;
const [moduleName = '', exportName = ''] = _HANDLER.split('.');
const loading = import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${moduleName}.cjs`)).href) as Promise<
  Record<string, Handler>
>;

async function invoke({
  requestId,
  payload,
  timeoutMs,
}: Invocation): Promise<Pick<InvocationReport, 'value' | 'error'>> {
  const stopsAtMs = Date.now() + timeoutMs;
  const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => stopsAtMs - Date.now() };
  try {
    const handler = (await loading)[exportName];
    if (handler === undefined) throw new Error(`the bundle has no export ${exportName}`);
    return { value: await handler(payload, context) };
  } catch (error) {
    const { name, message, stack = '' } = error as Error;
    return { error: { name, message, stack } };
  }
}

/** Steps of incremental marking are of another kind. */
let fullCollections = 0;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries())
    if ((detail as { kind: number }).kind === constants.NODE_PERFORMANCE_GC_MAJOR) fullCollections++;
}).observe({ entryTypes: ['gc'] });

const STATUS_FILE = '/proc/self/status';

/** Linux hands the peak of the parent down as `maxRSS`; `VmHWM` is the process's own. */
function maxRssBytes(): number {
  const status = existsSync(STATUS_FILE) ? readFileSync(STATUS_FILE, 'latin1') : '';
  const own = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return 1024 * Number(own ?? process.resourceUsage().maxRSS);
}

function use(): ProcessUse {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, maxRssBytes: maxRssBytes(), fullCollections };
}

process.on('message', (invocation: Invocation) => {
  void invoke(invocation).then((result) =>
    process.send?.({ ...result, ...use() } satisfies InvocationReport),
  );
});
process.on('disconnect', () => process.exit(0));
