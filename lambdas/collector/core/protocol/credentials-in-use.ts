import type { SecretOwner } from '../../../contract/deployment/source-secret';
import type { Credentials, CredentialStore } from '../ports';

/** The credentials of a run, which are read again where Netskope refuses them. */
export class CredentialsInUse {
  constructor(
    private readonly store: CredentialStore,
    private readonly source: SecretOwner,
    private value: Credentials,
  ) {}

  get current(): Credentials {
    return this.value;
  }

  /** @returns whether the secret holds something else than what was refused */
  async reread(): Promise<boolean> {
    const fresh = await this.store.read(this.source);
    if (fresh === undefined) return false;
    const isOther = fresh.token !== this.value.token || fresh.origin !== this.value.origin;
    this.value = fresh;
    return isOther;
  }
}
