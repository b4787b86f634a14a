import { SOURCE_ID_PATTERN, StartLookback } from '../../lambdas/contract/deployment/collector-event';
import { STACK_NAME_PATTERN } from '../../lambdas/contract/deployment/deployment-outputs';
import { SecretField, secretName } from '../../lambdas/contract/deployment/source-secret';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { ObjectMetadata } from '../../lambdas/contract/storage/archive-layout';
import {
  CHECKPOINT_KEY,
  CHECKPOINT_VERSION,
  liveStreamId,
  recheckStreamId,
} from '../../lambdas/contract/storage/checkpoint-table';
import { verificationId } from '../../lambdas/contract/storage/verification';
import { Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../lambdas/contract/telemetry/metrics';

test('metrics have the names, units and dimension that alarms and dashboards of old deployments watch', () => {
  expect(METRIC_NAMESPACE).toBe('NetskopeAudit');
  expect(METRIC_DIMENSION).toBe('SourceId');
  expect(Object.values(Metric).map(({ name, unit }) => `${name} ${unit}`)).toEqual([
    'EventsArchived Count',
    'CredentialsRefused Count',
    'LagSeconds Seconds',
    'EventsQuarantined Count',
    'EventsDrifted Count',
    'EventEditions Count',
    'EventsConflicting Count',
    'EventsRecovered Count',
    'TokenDaysLeft None',
    'AlertsRaised Count',
    'EventsExcluded Count',
    'EventsWithoutGroup Count',
    'ArchiveDamaged Count',
  ]);
});

test('existing checkpoints are found: table key, version attribute, key of a stream', () => {
  expect([
    CHECKPOINT_KEY,
    CHECKPOINT_VERSION,
    liveStreamId(AUDIT_FEED, 'emea'),
    recheckStreamId(AUDIT_FEED, 'emea'),
    verificationId(AUDIT_FEED, 'emea'),
  ]).toEqual(['streamId', 'version', 'emea#audit', 'emea#audit#recheck', 'emea#audit#verification']);
});

test('existing secrets are found: name and fields', () => {
  expect(secretName('netskope-audit/', 'emea')).toBe('netskope-audit/emea');
  expect(Object.values(SecretField)).toEqual(['domain', 'token', 'tokenExpiresAt']);
});

test('metadata of an object has names that S3 carries unchanged', () => {
  const names = Object.values(ObjectMetadata);
  expect(names).toEqual([
    'run-id',
    'index-name',
    'sequence',
    'event-count',
    'drifted-count',
    'conflicting-count',
    'page-sha256',
    'collector-version',
    'received-encoding',
    'reason',
  ]);
});

test.each(['netskope', 'a', 'emea-2', `a${'b'.repeat(39)}`])('%s is a source id', (id) => {
  expect(SOURCE_ID_PATTERN.test(id)).toBe(true);
});

test.each(['', '2emea', '-emea', 'EMEA', 'a_b', 'a/b', 'a b', 'a\n', `a${'b'.repeat(40)}`])(
  '%j is not a source id: it could not be part of a key, a secret name and an index name',
  (id) => {
    expect(SOURCE_ID_PATTERN.test(id)).toBe(false);
  },
);

test.each(['NetskopeAudit', 'A', 'NetskopeStaging2', 'Sources', 'Sources2x'])(
  '%s is a stack name',
  (name) => {
    expect(STACK_NAME_PATTERN.test(name)).toBe(true);
  },
);

test.each([
  ['', 'it is empty'],
  ['1st', 'CloudFormation wants a letter first'],
  ['Netskope-Emea', 'source `a` of it would have the alarms of source `Emea-a` of stack `Netskope`'],
  ['NetskopeSources2', 'it is the name of a stack of further sources'],
  ['NetskopeProduction', 'EventBridge rules would not keep the whole name'],
])('%j is not a stack name: %s', (name) => {
  expect(STACK_NAME_PATTERN.test(name)).toBe(false);
});

test('a first run looks back a day, and at most the 90 days that Netskope keeps', () => {
  expect(StartLookback).toEqual({ defaultHours: 24, maxHours: 2160 });
});
