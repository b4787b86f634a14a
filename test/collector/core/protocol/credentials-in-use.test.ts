import type { Credentials } from '../../../../lambdas/collector/core/ports';
import { CredentialsInUse } from '../../../../lambdas/collector/core/protocol/credentials-in-use';
import type { SecretOwner } from '../../../../lambdas/contract/deployment/source-secret';

const REFUSED: Credentials = { origin: 'https://corp.goskope.com', token: 'refused-token' };

/** What is in use after the secret was read again, and whether it is worth another call. */
async function afterRereading(fresh: Credentials | undefined) {
  const asked: string[] = [];
  const read = ({ sourceId }: SecretOwner) => {
    asked.push(sourceId);
    return Promise.resolve(fresh);
  };
  const credentials = new CredentialsInUse({ read }, { sourceId: 'netskope' }, REFUSED);
  const isOther = await credentials.reread();
  return { isOther, current: credentials.current, asked };
}

test('a run begins with the credentials that it was given', () => {
  const read = () => Promise.reject(new Error('nobody reads it again'));
  expect(new CredentialsInUse({ read }, { sourceId: 'netskope' }, REFUSED).current).toBe(REFUSED);
});

describe('after a refusal the secret is read again: it holds something else', () => {
  test.each<[string, Partial<Credentials>, boolean]>([
    ['where the token was rotated', { token: 'rotated-token' }, true],
    ['where the tenant has moved', { origin: 'https://corp.eu.goskope.com' }, true],
    ['but not where both are the same', {}, false],
    ['nor where only the noted expiry date has changed', { tokenExpiresAtMs: 1_795_996_800_000 }, false],
  ])('%s', async (_what, different, isOther) => {
    const fresh = { ...REFUSED, ...different };
    expect(await afterRereading(fresh)).toEqual({ isOther, current: fresh, asked: ['netskope'] });
  });

  test('nor where an operator has emptied it', async () => {
    expect(await afterRereading(undefined)).toEqual({
      isOther: false,
      current: REFUSED,
      asked: ['netskope'],
    });
  });
});
