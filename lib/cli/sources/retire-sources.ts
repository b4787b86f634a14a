import { secretName } from '../../../lambdas/contract/deployment/source-secret';
import type { Deployment } from '../deployment/deployment';
import type { Session } from '../session';
import { StoredSources } from './stored-sources';

/** Takes sources from the list of a fleet. @throws OperatorError if one of them is not in it; then none is taken */
export async function retireSources(session: Session, ids: readonly string[]): Promise<void> {
  const { terminal } = session;
  const deployment: Deployment = await session.deployment();
  const stored = new StoredSources(deployment);
  for (const id of ids) deployment.source(id);
  await stored.change((sources) => sources.filter(({ sourceId }) => !ids.includes(sourceId)));
  for (const id of ids) {
    terminal.printMarked('good', `${id} is collected no more.`);
    terminal.json({ sourceId: id, retired: true });
  }
  const secret = secretName(deployment.outputs.SecretNamePrefix, '<id>');
  terminal.print(
    `What is archived stays, and so do checkpoint and secret: added again, a source goes on where it stood. Revoke the token in Netskope; aws secretsmanager delete-secret --secret-id "${secret}" deletes the secret.`,
  );
}
