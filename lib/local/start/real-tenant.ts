import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import { SecretField } from '../../../lambdas/contract/deployment/source-secret';
import { allowedDomainsText } from '../../../lambdas/contract/deployment/tenant-host';
import { StartError } from './start-error';
import type { OpenTenant, Tenant } from './tenant';

/** A tenant, and the token for its API. */
interface RealTenantOptions {
  /** Bare host name. */
  readonly domain: string;
  readonly token: string;
  /** Domains besides Netskope's own that the token may be sent to. @default - none */
  readonly allowedDomains?: readonly string[];
  /** Origin of a server on this machine to call instead of the tenant. @default - the tenant itself */
  readonly endpoint?: string;
}

/** A Netskope tenant on the Internet, or a server on this machine in its place. The token is only in memory. */
export class RealTenant implements Tenant {
  readonly startLookbackHours = 24;

  constructor(private readonly options: RealTenantOptions) {}

  /** Events of another server are kept apart from the tenant's. */
  get folderName(): string {
    const { domain, endpoint } = this.options;
    return endpoint === undefined ? domain : `${domain}@loopback`;
  }

  async prepare(_folder: string, signal: AbortSignal): Promise<void> {
    const { domain, endpoint = `https://${domain}` } = this.options;
    await checkReachable({ ...addressOf(new URL(endpoint)), signal });
  }

  async open(): Promise<OpenTenant> {
    const { domain, token, allowedDomains = [], endpoint } = this.options;
    return {
      description:
        endpoint === undefined ? `${domain}, a real tenant` : `${endpoint}, in the place of ${domain}`,
      secret: { [SecretField.Domain]: domain, [SecretField.Token]: token },
      environment: {
        ...extraCertificates(process.env),
        ...(endpoint !== undefined && { [EnvVar.NetskopeEndpointUrl]: endpoint }),
        ...(allowedDomains.length > 0 && { [EnvVar.AllowedDomains]: allowedDomainsText(allowedDomains) }),
      },
      isFoundBy: 'the NETSKOPE_ variables',
      close: async () => undefined,
    };
  }
}

function addressOf({ protocol, hostname, port }: URL): Omit<ServerAddress, 'signal'> {
  const isTls = protocol === 'https:';
  // A URL writes an IPv6 address in brackets.
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (isTls ? 443 : 80), isTls };
}

/** If TLS is inspected on the way out, Node.js needs the inspector's certificate (Node.js documentation, CLI). */
function extraCertificates({ NODE_EXTRA_CA_CERTS: file }: NodeJS.ProcessEnv): Record<string, string> {
  return file === undefined ? {} : { NODE_EXTRA_CA_CERTS: file };
}

/** Time for name resolution, connection and handshake; the function allows the same for a connection. */
const TIMEOUT_MS = 10_000;

interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** @default true */
  readonly isTls?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens a connection, over TLS with the certificate checked, and closes it without sending a request.
 * @throws StartError in one sentence
 */
export async function checkReachable({ host, port, isTls = true, signal }: ServerAddress): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  await new Promise<void>((resolve, reject) => {
    const socket = isTls
      ? connectTls({ host, port, servername: serverName(host) })
      : connectTcp({ host, port });
    const refuse = (reason: string): void => {
      socket.destroy();
      reject(
        new StartError(
          `${host} cannot be reached ${isTls ? 'over TLS ' : ''}on port ${port} (${reason}): nothing was changed.`,
        ),
      );
    };
    const giveUp = (): void => refuse(`no connection within ${TIMEOUT_MS / 1000} s`);
    if (limit.aborted) giveUp();
    limit.addEventListener('abort', giveUp, { once: true });
    socket.once('close', () => limit.removeEventListener('abort', giveUp));
    socket.once('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message));
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** An IP address cannot be a server name (RFC 6066, 3). */
function serverName(host: string): string | undefined {
  return isIP(host) === 0 ? host : undefined;
}
