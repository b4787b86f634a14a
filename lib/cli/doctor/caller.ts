import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { STSClient } from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';
import { clockAheadMs } from '../netskope/clock-ahead';

/** Who the operator is to AWS. */
export interface Caller {
  readonly arn: string;
  /** How far AWS's clock is ahead of this machine's; absent where the answer did not say. */
  readonly clockAheadMs?: number;
}

/** Asks AWS whose credentials these are, and what time it is there. */
export async function askCaller(client: STSClient, nowMs: () => number): Promise<Caller> {
  let aheadMs: number | undefined;
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (HttpResponse.isInstance(result.response))
        aheadMs = clockAheadMs(result.response.headers.date, nowMs());
      return result;
    },
    { step: 'deserialize' },
  );
  const { Arn = 'unknown' } = await client.send(command);
  return { arn: Arn, clockAheadMs: aheadMs };
}
