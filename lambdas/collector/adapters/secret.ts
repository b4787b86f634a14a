import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import type { SecretOwner } from '../../contract/deployment/source-secret';
import { SecretField, secretOf } from '../../contract/deployment/source-secret';
import {
  foreignHost,
  mayReceiveToken,
  tenantHost,
  tenantHostExpected,
} from '../../contract/deployment/tenant-host';
import { CredentialError, SecretStoreError } from '../core/errors';
import type { Credentials, CredentialStore } from '../core/ports';

export interface SecretSettings {
  readonly namePrefix: string;
  /** Domains besides Netskope's own that the token may be sent to. @default - none */
  readonly allowedDomains?: readonly string[];
  /** Local use only: replaces `https://<domain>`; any domain is then accepted. */
  readonly endpointUrl?: string;
}

/** What a secret holds. */
interface SecretCredentials extends Credentials {
  /** The tenant's bare host name, even if `endpointUrl` replaces the origin. */
  readonly host: string;
}

/** Credentials from the secret `{"domain","token","tokenExpiresAt"?}`. Errors show no value but a valid host name. */
export class SecretCredentialStore implements CredentialStore {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly settings: SecretSettings,
  ) {}

  async read(source: SecretOwner): Promise<SecretCredentials | undefined> {
    const name = secretOf(this.settings.namePrefix, source);
    const text = await this.readText(name);
    if (text === undefined) return undefined;
    const fields = parseFields(name, text);
    if (isPlaceholder(fields)) return undefined;
    const { endpointUrl, allowedDomains = [] } = this.settings;
    const host = checkDomain(name, fields.domain, allowedDomains);
    if (endpointUrl === undefined) checkReceiver(name, host, allowedDomains);
    return {
      host,
      origin: endpointUrl ?? `https://${host}`,
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
      throw unreadable(`secret ${name} could not be read: ${errorName(cause)}`, cause);
    }
  }

  /** A secret without a value and a missing secret give the same error; only the first is normal before setup. */
  private async exists(name: string): Promise<boolean> {
    try {
      await this.client.send(new DescribeSecretCommand({ SecretId: name }));
      return true;
    } catch (cause) {
      if (cause instanceof ResourceNotFoundException) return false;
      throw unreadable(`secret ${name} could not be described: ${errorName(cause)}`, cause);
    }
  }
}

/** A refusal is a problem of the secret's owner. An outage does not mean that the secret is wrong. */
function unreadable(message: string, cause: unknown): Error {
  return isOutage(cause) ? new SecretStoreError(message, { cause }) : new CredentialError(message, { cause });
}

/** A server error, throttling, or no answer at all. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof SecretsManagerServiceException)) return true;
  const { httpStatusCode = 500 } = error.$metadata;
  return httpStatusCode >= 500 || httpStatusCode === 429 || error.name === 'ThrottlingException';
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

/** Not filled in yet: no token, or a placeholder such as `<token>` or `REPLACE_ME`. */
function isPlaceholder({ token }: Fields): boolean {
  return token === undefined || token === null || (typeof token === 'string' && PLACEHOLDER.test(token));
}

const PLACEHOLDER = /^\s*$|^\s*<.*>\s*$|^\s*…\s*$|^\s*(?:replace|change)[ _-]?me\s*$/i;

function checkDomain(name: string, domain: unknown, allowedDomains: readonly string[]): string {
  const host = tenantHost(domain);
  if (host !== undefined) return host;
  throw new CredentialError(
    `secret ${name}, field ${SecretField.Domain}: ${tenantHostExpected(domain, allowedDomains)}`,
  );
}

/** Otherwise, anyone who can write the secret could have a later token sent to a host of their own. */
function checkReceiver(name: string, host: string, allowedDomains: readonly string[]): void {
  if (mayReceiveToken(host, allowedDomains)) return;
  throw new CredentialError(
    `secret ${name}, field ${SecretField.Domain}: ${foreignHost(host)}; expected such a host, or one of a domain in the setting allowedDomains of cdk.json, deployed. The token was not sent`,
  );
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
  // Date.parse takes a day that the month does not have for a day of the next month.
  if (!Number.isNaN(endOfDayMs) && new Date(endOfDayMs).toISOString().startsWith(day)) return endOfDayMs;
  throw new CredentialError(
    `secret ${name}, field ${SecretField.TokenExpiresAt}: expected a day as YYYY-MM-DD`,
  );
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
