import { randomBytes } from 'node:crypto';
import { localArn } from './local-account';
import { hasTexts, parseStateJson, readFileIfThere, replaceFile } from './state-folder';
import { AwsError } from './wire/aws-call';

/** One value that a secret has had; the client's request token is its version id. */
interface SecretVersion {
  readonly versionId: string;
  readonly secretString: string;
  readonly createdAtMs: number;
}

/** A secret; its versions from the newest (AWSCURRENT) to the oldest. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly description?: string;
  readonly versions: readonly SecretVersion[];
}

/** What is kept of a secret between two starts of the endpoint. */
type SecretIdentity = Pick<Secret, 'name' | 'arn' | 'createdAtMs'>;

/**
 * The secrets of the endpoint. Their values are only in memory: a developer's real token is never written to disk.
 * After a restart a secret therefore exists by name but has no value, like one that was never filled.
 */
export class SecretStore {
  readonly #secrets = new Map<string, Secret>();
  readonly #file: string | undefined;
  readonly #nowMs: () => number;

  /**
   * @param known identities that an earlier store kept, see `readSecretIdentities`.
   * @param file where the identities are kept; undefined keeps nothing.
   */
  constructor(known: readonly SecretIdentity[], file: string | undefined, nowMs: () => number) {
    for (const identity of known) this.#secrets.set(identity.name, { ...identity, versions: [] });
    this.#file = file;
    this.#nowMs = nowMs;
  }

  /** Names of all secrets, in the order of their creation. */
  names(): readonly string[] {
    return [...this.#secrets.keys()];
  }

  /** Creates a secret without a value. @throws AwsError ResourceExistsException if the name is taken. */
  create(name: string, description?: string): Secret {
    if (this.#secrets.has(name)) {
      throw new AwsError(
        400,
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const arn = localArn('secretsmanager', `secret:${name}-${randomBytes(3).toString('hex')}`);
    const secret = {
      name,
      arn,
      createdAtMs: this.#nowMs(),
      versions: [],
      ...(description && { description }),
    };
    this.#secrets.set(name, secret);
    this.#keepIdentities();
    return secret;
  }

  /**
   * Gives a secret a new current value; the same version id with the same value again changes nothing.
   * @throws AwsError ResourceExistsException if that version has another value.
   */
  putValue(id: string, secretString: string, versionId: string): Secret {
    const secret = this.find(id);
    const earlier = secret.versions.find((version) => version.versionId === versionId);
    if (earlier?.secretString === secretString) return secret;
    if (earlier !== undefined) {
      throw new AwsError(
        400,
        'ResourceExistsException',
        `The secret ${secret.name} already has a version ${versionId} with another value.`,
      );
    }
    const version = { versionId, secretString, createdAtMs: this.#nowMs() };
    const updated = { ...secret, versions: [version, ...secret.versions] };
    this.#secrets.set(secret.name, updated);
    return updated;
  }

  /** A secret by name or full ARN. @throws AwsError ResourceNotFoundException */
  find(id: string): Secret {
    const secret = this.#secrets.get(id) ?? [...this.#secrets.values()].find(({ arn }) => arn === id);
    if (secret === undefined) {
      throw new AwsError(
        400,
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    return secret;
  }

  #keepIdentities(): void {
    if (this.#file === undefined) return;
    const identities: SecretIdentity[] = [...this.#secrets.values()].map(({ name, arn, createdAtMs }) => ({
      name,
      arn,
      createdAtMs,
    }));
    replaceFile(this.#file, `${JSON.stringify(identities, undefined, 2)}\n`);
  }
}

/** The identities that an earlier store kept in the file; none if there is no file. @throws Error if it is broken */
export function readSecretIdentities(file: string | undefined): readonly SecretIdentity[] {
  const text = file === undefined ? '' : readFileIfThere(file);
  if (file === undefined || text === '') return [];
  return parseStateJson(text, {
    path: file,
    isRight: isIdentities,
    expected: 'a list of secrets',
    whatToDo: 'Delete it: it holds names only, and the next start makes them anew.',
  });
}

function isIdentities(value: unknown): value is readonly SecretIdentity[] {
  return Array.isArray(value) && value.every((identity) => hasTexts(identity, ['name', 'arn']));
}
