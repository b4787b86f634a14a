import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../../lambdas/collector/settings';
import { EnvDefault, EnvVar, ProxyEnvVar } from '../../../lambdas/contract/deployment/environment';
import { ConfigError } from '../../../lambdas/shared/errors';

const REPOSITORY = join(__dirname, '../../..');

/** A value that no variable accepts, so that each one is reported. */
const UNUSABLE = Object.fromEntries(Object.values(EnvVar).map((name) => [name, '']));

test('the function has these variables, and the stack sets no other', () => {
  expect(EnvVar).toEqual({
    ArchiveBucket: 'ARCHIVE_BUCKET',
    CheckpointTable: 'CHECKPOINT_TABLE',
    SecretNamePrefix: 'SECRET_NAME_PREFIX',
    Deployment: 'DEPLOYMENT',
    Fleet: 'FLEET',
    RequestTimeoutMs: 'REQUEST_TIMEOUT_MS',
    AllowedDomains: 'NETSKOPE_ALLOWED_DOMAINS',
    NetskopeEndpointUrl: 'NETSKOPE_ENDPOINT_URL',
  });
  expect(ProxyEnvVar).toEqual({ HttpsProxy: 'HTTPS_PROXY', NoProxy: 'NO_PROXY' });
  expect(EnvDefault).toEqual({ requestTimeoutMs: 120_000 });
});

test('each of them is read by the settings', () => {
  let problems: readonly string[] = [];
  try {
    parseSettings(UNUSABLE);
  } catch (error) {
    if (error instanceof ConfigError) problems = error.problems;
  }
  const read = problems.map((problem) => /^environment variable (\w+) is /.exec(problem)?.[1]);
  expect(new Set(read)).toEqual(new Set(Object.values(EnvVar)));
});

test('each of them is written out in one place only', () => {
  const settings = readFileSync(join(REPOSITORY, 'lambdas/collector/settings.ts'), 'utf8');
  expect(Object.values(EnvVar).filter((name) => settings.includes(name))).toEqual([]);
});
