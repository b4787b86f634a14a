import type { KMSClient } from '@aws-sdk/client-kms';
import { SignCommand } from '@aws-sdk/client-kms';
import { signedText } from '../contract/storage/manifest';
import { inParallel } from '../shared/in-parallel';
import type { SourceState } from './message';

/** Far below the 300 signatures that KMS makes in a second (AWS KMS developer guide, "Request quotas"). */
const SIGNED_AT_ONCE = 8;

interface SignedHeads {
  readonly sources: readonly SourceState[];
  /** Why one could not be signed; absent if all are. */
  readonly signingProblem?: string;
}

/** Signs the head of each source with the key, which never leaves KMS. What cannot be signed is told unsigned. */
export async function signHeads(
  client: KMSClient,
  keyId: string,
  sources: readonly SourceState[],
): Promise<SignedHeads> {
  let signingProblem: string | undefined;
  const signed = await inParallel(sources, SIGNED_AT_ONCE, async (source) => {
    if (source.chainHead === undefined) return source;
    try {
      return {
        ...source,
        headSignature: await signatureOf(client, keyId, signedText(source.sourceId, source.chainHead)),
      };
    } catch (error) {
      signingProblem ??= String(error);
      return source;
    }
  });
  return { sources: signed, signingProblem };
}

async function signatureOf(client: KMSClient, keyId: string, text: string): Promise<string> {
  const { Signature = new Uint8Array() } = await client.send(
    new SignCommand({
      KeyId: keyId,
      Message: Buffer.from(text),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  return Buffer.from(Signature).toString('base64url');
}
