import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ALERTS } from '../alerts/command';
import type { CommandAccess } from '../cli-command';
import type { Access } from '../deployment/access';
import { FIND_FLEET } from '../deployment/access';
import type { AwsChoice } from '../deployment/aws-clients';
import { AwsClients } from '../deployment/aws-clients';
import { partsOf } from '../deployment/deployment-parts';
import type { Session } from '../session';
import { TAIL } from '../tail/command';
import type { PolicyDocument } from './policy-document';
import { deployerPolicy, policyDocument } from './policy-document';
import { QUERY_ACCESS } from './query-access';

/** Whom there are policies for. */
export type PolicyRole = 'operator' | 'analyst' | 'deployer';

interface PolicyParts {
  readonly accessOfCommands: () => CommandAccess;
  /** A deployer may come before the deployment. */
  readonly choice: AwsChoice;
}

/** Prints the policy of a role, in the account and the region that the command works in. */
export async function printPolicy(
  session: Session,
  role: PolicyRole,
  { accessOfCommands, choice }: PolicyParts,
): Promise<void> {
  const document =
    role === 'deployer'
      ? await policyOfDeployer(choice)
      : policyDocument(accessOf(role, accessOfCommands()), partsOf(await session.deployment()));
  session.terminal.print(JSON.stringify(document, null, 2));
  session.terminal.json(document);
}

function accessOf(role: Exclude<PolicyRole, 'deployer'>, commands: CommandAccess): readonly Access[] {
  if (role === 'operator') return Object.values(commands);
  return [...Object.values({ ...ALERTS.access, ...TAIL.access }), QUERY_ACCESS, FIND_FLEET];
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
