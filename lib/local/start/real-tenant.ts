import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import { SecretField } from '../../../lambdas/contract/deployment/source-secret';
import { allowedDomainsText } from '../../../lambdas/contract/deployment/tenant-host';
import type { OpenTenant, Tenant } from './tenant';
import type { ServerAddress } from './tls-reachability';
import { checkReachable } from './tls-reachability';

/** A tenant, and the token for its API. */
export interface RealTenantOptions {
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
