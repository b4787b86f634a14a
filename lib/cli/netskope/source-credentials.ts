import type { Deployment } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';
import { SourceSecret } from '../setup/source-secret';
import { netskopeOrigin } from './netskope-request';

/** Origin and token for calls to a source's tenant. */
export interface SourceCredentials {
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  readonly token: string;
}

/**
 * Reads domain and token from a source's secret.
 * @throws OperatorError if it holds none, or may not be read
 */
export async function readCredentials(deployment: Deployment, sourceId: string): Promise<SourceCredentials> {
  const secret = new SourceSecret(deployment, sourceId);
  const content = await secret.read();
  switch (content.kind) {
    case 'filled':
      return { origin: netskopeOrigin(content.host, process.env), token: content.token };
    case 'empty':
      throw noCredentials(`Secret ${secret.name} holds no domain and token yet.`, sourceId);
    case 'unusable':
      throw noCredentials(`The ${content.reason}.`, sourceId);
    case 'unreadable':
      throw new OperatorError({
        what: `AWS denied reading secret ${secret.name}, whose token Netskope is asked with.`,
        whatToDo:
          'Have secretsmanager:GetSecretValue granted to your role, or choose another with --profile.',
      });
  }
}

function noCredentials(what: string, sourceId: string): OperatorError {
  return new OperatorError({
    what,
    whatToDo: `Give them: npx netskope-audit setup ${sourceId}`,
    exitCode: ExitCode.RefusedByNetskope,
  });
}
