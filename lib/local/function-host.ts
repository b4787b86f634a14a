/**
 * Does the work of the Lambda runtime in a process of its own: loads the handler named by `_HANDLER` from
 * `LAMBDA_TASK_ROOT`, invokes it for each message of the parent, and reports the result.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The message of the parent. */
interface Invocation {
  readonly requestId: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
}

/** The answer to the parent. CPU time and memory are the process's, since it started. */
export interface InvocationReport {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  readonly cpuMs: number;
  readonly maxRssBytes: number;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

const { LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env;
const [moduleName = '', exportName = ''] = _HANDLER.split('.');
const loading = import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${moduleName}.mjs`)).href) as Promise<
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

process.on('message', (invocation: Invocation) => {
  void invoke(invocation).then((result) => {
    const { user, system } = process.cpuUsage();
    const maxRssBytes = process.resourceUsage().maxRSS * 1024;
    process.send?.({ ...result, cpuMs: (user + system) / 1000, maxRssBytes } satisfies InvocationReport);
  });
});
process.on('disconnect', () => process.exit(0));
