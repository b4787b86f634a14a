import { SecretField } from '../../../lambdas/contract/source-secret';
import type { OpenTenant, Tenant } from './tenant';
import { checkReachable } from './tls-reachability';

/** A Netskope tenant on the Internet. The token lives in memory only. */
export class RealTenant implements Tenant {
  readonly startLookbackHours = 24;

  /** @param domain bare host name */
  constructor(
    private readonly domain: string,
    private readonly token: string,
  ) {}

  get folderName(): string {
    return this.domain;
  }

  async prepare(_folder: string, signal: AbortSignal): Promise<void> {
    await checkReachable({ host: this.domain, port: 443, signal });
  }

  async open(): Promise<OpenTenant> {
    return {
      description: `${this.domain}, a real tenant`,
      secret: { [SecretField.Domain]: this.domain, [SecretField.Token]: this.token },
      environment: extraCertificates(process.env),
      close: async () => undefined,
    };
  }
}

/** Where TLS is inspected on the way out, Node.js needs the inspector's certificate (Node.js documentation, CLI). */
function extraCertificates({ NODE_EXTRA_CA_CERTS: file }: NodeJS.ProcessEnv): Record<string, string> {
  return file === undefined ? {} : { NODE_EXTRA_CA_CERTS: file };
}
