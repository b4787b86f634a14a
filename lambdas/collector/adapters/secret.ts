import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretField, secretName } from '../../contract/source-secret';
import { TENANT_HOST_EXPECTED, tenantHost } from '../../contract/tenant-host';
import { CredentialError } from '../core/errors';
import type { CredentialStore, Credentials } from '../core/ports';

export interface SecretSettings {
  readonly namePrefix: string;
  /** Local use only: takes the place of `https://<domain>`. */
  readonly endpointUrl?: string;
}

/** Credentials of a source from its secret `{"domain","token","tokenExpiresAt"?}`. Errors name secret and field, never a value. */
export class SecretCredentialStore implements CredentialStore {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly settings: SecretSettings,
  ) {}

  async read(sourceId: string): Promise<Credentials | undefined> {
    const name = secretName(this.settings.namePrefix, sourceId);
    const text = await this.readText(name);
    if (text === undefined) return undefined;
    const fields = parseFields(name, text);
    if (isPlaceholder(fields)) return undefined;
    const origin = `https://${checkDomain(name, fields.domain)}`;
    return {
      origin: this.settings.endpointUrl ?? origin,
      token: checkToken(name, fields.token),
      tokenExpiresAtMs: checkExpiry(name, fields.tokenExpiresAt),
    };
  }

  private async readText(name: string): Promise<string | undefined> {
    try {
      const { SecretString } = await this.client.send(new GetSecretValueCommand({ SecretId: name }));
      return SecretString ?? '';
    } catch (cause) {
      if (cause instanceof ResourceNotFoundException && (await this.exists(name))) return undefined;
      throw new CredentialError(`secret ${name} could not be read: ${errorName(cause)}`, { cause });
    }
  }

  /** A secret without a value and a missing secret give the same error; only one of them is a normal beginning. */
  private async exists(name: string): Promise<boolean> {
    try {
      await this.client.send(new DescribeSecretCommand({ SecretId: name }));
      return true;
    } catch (cause) {
      if (cause instanceof ResourceNotFoundException) return false;
      throw new CredentialError(`secret ${name} could not be described: ${errorName(cause)}`, { cause });
    }
  }
}

type Fields = Readonly<Record<keyof typeof EMPTY_FIELDS, unknown>>;
const EMPTY_FIELDS = { domain: undefined, token: undefined, tokenExpiresAt: undefined };

function parseFields(name: string, text: string): Fields {
  if (text.trim() === '') return EMPTY_FIELDS;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text it could not read, which may be the token.
    throw new CredentialError(
      `secret ${name} is not JSON; expected {"domain":"corp.goskope.com","token":"…"}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CredentialError(
      `secret ${name} is not a JSON object; expected {"domain":"corp.goskope.com","token":"…"}`,
    );
  }
  const fields = value as Record<string, unknown>;
  return {
    domain: fields[SecretField.Domain],
    token: fields[SecretField.Token],
    tokenExpiresAt: fields[SecretField.TokenExpiresAt],
  };
}

/** Not filled in yet: no token, or a text that only shows where it belongs, such as `<token>` or `REPLACE_ME`. */
function isPlaceholder({ token }: Fields): boolean {
  return token === undefined || token === null || (typeof token === 'string' && PLACEHOLDER.test(token));
}

const PLACEHOLDER = /^\s*$|^\s*<.*>\s*$|^\s*…\s*$|^\s*(?:replace|change)[ _-]?me\s*$/i;

function checkDomain(name: string, domain: unknown): string {
  const host = tenantHost(domain);
  if (host !== undefined) return host;
  throw new CredentialError(`secret ${name}, field ${SecretField.Domain}: ${TENANT_HOST_EXPECTED}`);
}

/** A header value: visible ASCII, no space. */
const TOKEN = /^[\x21-\x7e]+$/;

function checkToken(name: string, token: unknown): string {
  if (typeof token === 'string' && TOKEN.test(token.trim())) return token.trim();
  throw new CredentialError(
    `secret ${name}, field ${SecretField.Token}: expected a REST API v2 token, visible characters without spaces`,
  );
}

function checkExpiry(name: string, expiresAt: unknown): number | undefined {
  if (expiresAt === undefined || expiresAt === null || expiresAt === '') return undefined;
  const day = typeof expiresAt === 'string' ? expiresAt : '';
  const endOfDayMs = Date.parse(`${day}T23:59:59.999Z`);
  // A day that a month does not have would be taken for one of the next month.
  if (!Number.isNaN(endOfDayMs) && new Date(endOfDayMs).toISOString().startsWith(day)) return endOfDayMs;
  throw new CredentialError(
    `secret ${name}, field ${SecretField.TokenExpiresAt}: expected a day as YYYY-MM-DD`,
  );
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
