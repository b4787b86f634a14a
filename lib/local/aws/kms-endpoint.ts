import type { KeyObject } from 'node:crypto';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { AwsError } from './wire/aws-call';
import { operationFromTarget } from './wire/aws-request';
import { closedObject, jsonAnswer, parameterReader, unknownOperation } from './wire/protocols';

const CODES = { missing: 'ValidationException', invalid: 'ValidationException' };
const KEY_ID = { type: 'string', minLength: 1, maxLength: 2048 };

/** A message that KMS hashes itself has at most 4,096 bytes (AWS KMS API reference, Sign), here in base64. */
const readSign = parameterReader<{ readonly KeyId: string; readonly Message: string }>(
  closedObject(
    {
      KeyId: KEY_ID,
      Message: { type: 'string', minLength: 1, maxLength: 5464 },
      MessageType: { const: 'RAW' },
      SigningAlgorithm: { const: 'ECDSA_SHA_256' },
    },
    ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm'],
  ),
  CODES,
);

const readGetPublicKey = parameterReader<{ readonly KeyId: string }>(
  closedObject({ KeyId: KEY_ID }, ['KeyId']),
  CODES,
);

/** The keys of the endpoint, by id or ARN. Each signs with ECDSA on P-256. */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>();

  /** Makes a key. */
  put(keyId: string): void {
    this.#keys.set(keyId, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  }

  /** @throws AwsError */
  find(keyId: string): KeyObject {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new AwsError(400, 'NotFoundException', `Key '${keyId}' does not exist`);
    return key;
  }
}

/** KMS, for keys that sign. */
export class KmsEndpoint implements AwsEndpoint {
  constructor(private readonly keys: SigningKeys) {}

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromTarget('kms', request) };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    return jsonAnswer(call, this.result(call));
  }

  private result({ operation, body }: AwsCall): object {
    switch (operation) {
      case 'Sign': {
        const { KeyId, Message } = readSign(body);
        const signature = sign('sha256', Buffer.from(Message, 'base64'), this.keys.find(KeyId));
        return { KeyId, Signature: signature.toString('base64'), SigningAlgorithm: 'ECDSA_SHA_256' };
      }
      case 'GetPublicKey': {
        const { KeyId } = readGetPublicKey(body);
        const publicKey = createPublicKey(this.keys.find(KeyId)).export({ type: 'spki', format: 'der' });
        return {
          KeyId,
          PublicKey: publicKey.toString('base64'),
          KeySpec: 'ECC_NIST_P256',
          KeyUsage: 'SIGN_VERIFY',
          SigningAlgorithms: ['ECDSA_SHA_256'],
        };
      }
      default:
        throw unknownOperation('KMS', operation);
    }
  }
}
