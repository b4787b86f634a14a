import type { KeyObject } from 'node:crypto';
import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { signedText } from '../../../../lambdas/contract/storage/manifest';
import type { Anchor, ChainFinding } from '../../../../lambdas/verifier/core/chain-check';
import { ExitCode, OperatorError } from '../../operator-error';
import type { KeptHead } from './kept-heads';

/** @throws OperatorError if the file is no public key of an elliptic curve, in PEM */
export async function readPublicKey(path: string): Promise<KeyObject> {
  try {
    const key = createPublicKey(await readFile(path));
    if (key.asymmetricKeyType === 'ec') return key;
    throw new Error(`it is of type ${key.asymmetricKeyType}; expected an elliptic curve`);
  } catch (cause) {
    throw new OperatorError(
      {
        what: `${path} is no public key: ${(cause as Error).message}`,
        whatToDo: 'docs/operations.md says how to get it: aws kms get-public-key, and openssl.',
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}

/**
 * The kept heads that are not signed as they should be. One without a signature is no finding if a signed head is of a
 * later line: that proves everything before it, and may be of the day on which signing began.
 */
export function unsignedHeads(
  key: KeyObject,
  sourceId: string,
  heads: readonly (Anchor & KeptHead)[],
): ChainFinding[] {
  if (heads.length === 0)
    return [{ kind: 'head not signed', key: sourceId, detail: 'there is no head that could be signed' }];
  const isSigned = (head: KeptHead): boolean => hasSignatureOf(key, sourceId, head);
  const provenTo = Math.max(0, ...heads.filter(isSigned).map(({ number }) => number));
  return heads
    .filter((head) => !isSigned(head) && (head.signature !== undefined || head.number > provenTo))
    .map(({ number, signature, knownTo }) => {
      const reason = signature === undefined ? 'it has no signature' : 'its signature is not of the key';
      return { kind: 'head not signed', key: knownTo, detail: `the head of line ${number}: ${reason}` };
    });
}

function hasSignatureOf(key: KeyObject, sourceId: string, head: KeptHead): boolean {
  const { signature } = head;
  if (signature === undefined) return false;
  return verify('sha256', Buffer.from(signedText(sourceId, head)), key, Buffer.from(signature, 'base64url'));
}
