import type { Terminal } from '../terminal';
import type { SecretContent, SourceSecret, TenantCredentials } from './source-secret';

/** What became of the secret. */
export type SecretChange = 'filled' | 'rotated' | 'unchanged' | 'replaced';

/** Says that something is there already, and shows nothing of it. */
export function announceContent(terminal: Terminal, { name }: SourceSecret, before: SecretContent): void {
  switch (before.kind) {
    case 'empty':
      return;
    case 'filled':
      return terminal.print(`Secret ${name} holds a token already: another one will replace it.`);
    case 'unusable':
      return terminal.printMarked(
        'note',
        `What is there now cannot be used and will be replaced: ${before.reason}`,
      );
    case 'unreadable':
      return terminal.printMarked('note', `You may not read secret ${name}: what it holds will be replaced.`);
  }
}

/** Gives the secret its new value, unless it has that already. */
export async function storeCredentials(
  terminal: Terminal,
  secret: SourceSecret,
  { before, credentials }: { readonly before: SecretContent; readonly credentials: TenantCredentials },
): Promise<SecretChange> {
  const change = changeOf(before, credentials);
  if (change !== 'unchanged') await secret.write(credentials);
  terminal.printMarked('good', `${CHANGES[change](secret.name)}`);
  return change;
}

function changeOf(before: SecretContent, { host, token, tokenExpiresOn }: TenantCredentials): SecretChange {
  if (before.kind === 'empty') return 'filled';
  if (before.kind !== 'filled') return 'replaced';
  if (before.token !== token) return 'rotated';
  return before.host === host && before.tokenExpiresOn === tokenExpiresOn ? 'unchanged' : 'replaced';
}

const CHANGES: Readonly<Record<SecretChange, (name: string) => string>> = {
  filled: (name) => `Secret ${name} holds domain and token.`,
  rotated: (name) =>
    `Secret ${name} holds the new token. Revoke the old one in Netskope; AWS keeps it as AWSPREVIOUS until the next change.`,
  replaced: (name) => `Secret ${name} holds the new value.`,
  unchanged: (name) => `Secret ${name} held exactly this already.`,
};
