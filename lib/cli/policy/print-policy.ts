import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsChoice } from '../deployment/aws-clients';
import { AwsClients } from '../deployment/aws-clients';
import type { Session } from '../session';
import type { Access } from './command-access';
import { COMMAND_ACCESS, FIND_FLEET, QUERY_ACCESS } from './command-access';
import { partsOf } from './deployment-parts';
import type { PolicyDocument } from './policy-document';
import { deployerPolicy, policyDocument } from './policy-document';

/** Whom there are policies for. */
export type PolicyRole = 'operator' | 'analyst' | 'deployer';

/** What operators and analysts do. A deployer may come before the deployment. */
const ACCESS: Readonly<Record<Exclude<PolicyRole, 'deployer'>, readonly Access[]>> = {
  operator: Object.values(COMMAND_ACCESS),
  analyst: [
    COMMAND_ACCESS['alerts list'],
    COMMAND_ACCESS['alerts show'],
    COMMAND_ACCESS.tail,
    QUERY_ACCESS,
    FIND_FLEET,
  ],
};

/** Prints the policy of a role, in the account and the region that the command works in. */
export async function printPolicy(session: Session, role: PolicyRole, choice: AwsChoice): Promise<void> {
  const document =
    role === 'deployer'
      ? await policyOfDeployer(choice)
      : policyDocument(ACCESS[role], partsOf(await session.deployment()));
  session.terminal.print(JSON.stringify(document, null, 2));
  session.terminal.json(document);
}

async function policyOfDeployer(choice: AwsChoice): Promise<PolicyDocument> {
  const aws = new AwsClients(choice);
  try {
    const { Account = '', Arn = '' } = await aws.client(STSClient).send(new GetCallerIdentityCommand({}));
    const [, partition = ''] = Arn.split(':');
    return deployerPolicy({ partition, region: await aws.region(), account: Account });
  } finally {
    aws.close();
  }
}
