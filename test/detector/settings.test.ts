import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '../../lambdas/detector/settings';

let codeFolder: string;
beforeEach(() => {
  codeFolder = mkdtempSync(join(tmpdir(), 'detector-settings-'));
});
afterEach(() => rmSync(codeFolder, { recursive: true }));

function environment(): Record<string, string> {
  return {
    ARCHIVE_BUCKET: 'archive',
    DETECTION_TABLE: 'detection',
    ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:alerts',
    WORKGROUP: 'NetskopeAudit',
    DATABASE: 'netskopeaudit',
    AWS_REGION: 'us-east-1',
    LAMBDA_TASK_ROOT: codeFolder,
  };
}

function configure(text: string): void {
  writeFileSync(join(codeFolder, 'detection.json'), text);
}

test('without a configuration every rule is on', () => {
  const { tuning, ...settings } = parseSettings(environment());
  expect(settings).toEqual({
    archiveBucket: 'archive',
    detectionTable: 'detection',
    alertTopicArn: 'arn:aws:sns:us-east-1:000000000000:alerts',
    workgroup: 'NetskopeAudit',
    database: 'netskopeaudit',
    region: 'us-east-1',
  });
  expect(tuning.rules).toHaveLength(29);
});

test('the configuration beside the code tunes the rules', () => {
  configure('{"rules":{"many-deletes":{"threshold":3},"policy-weakened":{"enabled":false}}}');
  const { rules } = parseSettings(environment()).tuning;
  expect(rules).toHaveLength(28);
  expect(rules.find(({ rule }) => rule.id === 'many-deletes')?.threshold).toBe(3);
});

test('the topic for a chat is optional', () => {
  const chat = 'arn:aws:sns:us-east-1:000000000000:chat';
  expect(parseSettings({ ...environment(), CHAT_TOPIC_ARN: chat }).chatTopicArn).toBe(chat);
});

test('the name of the deployment is optional, and not empty', () => {
  expect(parseSettings({ ...environment(), DEPLOYMENT: 'NetskopeTest' }).deployment).toBe('NetskopeTest');
  expect(() => parseSettings({ ...environment(), DEPLOYMENT: '' })).toThrow(
    'environment variable DEPLOYMENT is empty; expected the name of a deployment',
  );
});

test('the stack is named if it has not the name of the deployment', () => {
  expect(parseSettings(environment()).stack).toBeUndefined();
  expect(parseSettings({ ...environment(), STACK_NAME: 'Prod-Audit' }).stack).toBe('Prod-Audit');
});

test('a configuration that is wrong, or not JSON, fails', () => {
  configure('{"rules":{"many-deletes":{"threshold":0}},"color":"red"}');
  expect(() => parseSettings(environment())).toThrow(
    [
      'detection.color is "red"; expected only rules, exclude, anonymousUsers and networks here',
      'detection.rules.many-deletes.threshold is 0; expected an integer from 1 to 100',
    ].join('\n'),
  );
  configure('{');
  expect(() => parseSettings(environment())).toThrow(
    'detection.json beside the code is no JSON; expected an object',
  );
});

test('an environment that is wrong fails with every problem at once', () => {
  expect(() => parseSettings({ ARCHIVE_BUCKET: '' })).toThrow(
    [
      'environment variable ARCHIVE_BUCKET is empty; expected a bucket name',
      'environment variable DETECTION_TABLE is not set; expected a table name',
      'environment variable ALERT_TOPIC_ARN is not set; expected the ARN of a topic',
      'environment variable WORKGROUP is not set; expected the name of an Athena workgroup',
      'environment variable DATABASE is not set; expected the name of a Glue database',
      'environment variable AWS_REGION is not set; expected an AWS region',
      'environment variable LAMBDA_TASK_ROOT is not set; expected the folder of the code',
    ].join('\n'),
  );
});
