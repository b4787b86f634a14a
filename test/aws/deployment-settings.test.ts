import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DeploymentSettingsError, readDeploymentSettings } from '../../lib/aws/deployment-settings';

/** The problems of a context, or none. */
function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    readDeploymentSettings(context);
    return [];
  } catch (error) {
    if (!(error instanceof DeploymentSettingsError)) throw error;
    return error.problems;
  }
}

describe('the settings of a deployment', () => {
  it('are one source called netskope if the context says nothing', () => {
    expect(readDeploymentSettings({})).toEqual({
      sources: [
        {
          id: 'netskope',
          label: 'Netskope',
          scheduleMinutes: 5,
          startLookbackHours: 24,
          dailyRecheck: true,
          noDataAlarm: true,
          noDataWindowMinutes: 1440,
          alarmEmails: [],
          retired: false,
        },
      ],
      fleet: false,
      allowedDomains: [],
      alarmEmails: [],
      dashboard: true,
      dailyMessage: true,
      archive: { createKmsKey: false, signing: false, selfVerification: true },
      adopt: {},
      detection: { enabled: true, chatNotifications: false },
      stackName: 'NetskopeAudit',
      tags: {},
      logRetentionDays: 90,
    });
  });

  it('are taken from the context', () => {
    const source = {
      id: 'corp-eu',
      label: 'Corp Europe',
      scheduleMinutes: 15,
      startLookbackHours: 2160,
      dailyRecheck: false,
      noDataAlarm: false,
      noDataWindowMinutes: 10080,
      alarmEmails: ['soc@example.com'],
      secret: 'security/netskope',
      retired: false,
    };
    const archive = {
      createKmsKey: true,
      objectLock: { mode: 'COMPLIANCE', days: 365 },
      expireAfterDays: 400,
      signing: false,
      selfVerification: false,
    };
    const detection = {
      enabled: false,
      alertEmails: ['soc@example.com'],
      chatNotifications: true,
      rules: { 'many-deletes': { enabled: true, threshold: 25, severity: 'low', exclude: [{ user: 'ci' }] } },
      exclude: [{ address: '198.51.100.0/24', event: 'Login Failed' }],
      anonymousUsers: ['f3b0c442'],
      networks: { Offices: ['198.51.100.0/24'] },
    };
    const context = {
      sources: [source],
      fleet: false,
      allowedDomains: ['netskope.example.com'],
      alarmEmails: ['ops@example.com'],
      runbookUrl: 'https://git.example.com/soc/netskope-audit/blob/main/docs/runbook.md',
      dashboard: false,
      dailyMessage: false,
      archive,
      adopt: {
        checkpointTable: 'checkpoints',
        alarmTopicArn: 'arn:aws-cn:sns:cn-north-1:111122223333:soc',
        glueDatabase: 'security',
      },
      detection,
      stackName: 'NetskopeTest',
      tags: { 'cost-center': '4711' },
      permissionsBoundary: 'developers',
      logRetentionDays: 365,
      network: {
        subnetIds: ['subnet-0a1b2c3d'],
        securityGroupIds: ['sg-0123456789abcdef0'],
        httpsProxy: 'http://proxy.example.com:3128',
        noProxy: ['.eu-central-1.amazonaws.com', 'example.org'],
      },
    };
    expect(readDeploymentSettings(context)).toEqual(context);
  });

  it('ignore the keys of the CDK itself', () => {
    expect(problemsOf({ '@aws-cdk/core:checkSecretUsage': true, 'aws:cdk:bundling-stacks': [] })).toEqual([]);
  });

  it('are refused with every problem in one message: what, received, expected', () => {
    const context = {
      alarmEmail: ['soc@example.com'],
      sources: [
        { id: 'Corp', scheduleMinutes: 0, startLookbackHours: 2161 },
        { label: '', noDataAlarm: 'yes', noDataWindowMinutes: 14, color: 'red' },
        { id: 'one', dailyRecheck: 1, alarmEmails: ['soc'] },
        { id: 'one', scheduleMinutes: 30, noDataWindowMinutes: 60 },
        'two',
      ],
      allowedDomains: ['com', '.example.com', 'https://example.com'],
      runbookUrl: 'docs/runbook.md',
      dashboard: 'no',
      archive: {
        createKmsKey: true,
        kmsKeyArn: 'alias/archive',
        objectLock: { mode: 'forever' },
        expireAfterDays: 1.5,
      },
      stackName: 'Netskope-Test',
    };
    expect(problemsOf(context)).toEqual([
      'the context has an unknown setting "alarmEmail"; expected one of sources, fleet, allowedDomains, alarmEmails, runbookUrl, dashboard, dailyMessage, archive, adopt, detection, stackName, tags, permissionsBoundary, logRetentionDays, network',
      'sources[0].id is "Corp"; expected lower-case letters, digits and hyphens, 40 at most, a letter first',
      'sources[0].scheduleMinutes is 0; expected an integer from 1 to 60',
      'sources[0].startLookbackHours is 2161; expected an integer from 1 to 2160, for Netskope keeps events for 90 days',
      'sources[1] has no id; expected an object with at least an id',
      'sources[1] has an unknown setting "color"; expected one of id, label, scheduleMinutes, startLookbackHours, ' +
        'dailyRecheck, noDataAlarm, noDataWindowMinutes, alarmEmails, secret, retired',
      'sources[1].label is ""; expected a text of 1 to 100 characters',
      'sources[1].noDataAlarm is "yes"; expected true or false',
      'sources[1].noDataWindowMinutes is 14; expected an integer from 15 to 10080, which is seven days',
      'sources[2].dailyRecheck is 1; expected true or false',
      'sources[2].alarmEmails[0] is "soc"; expected an e-mail address',
      'sources[4] is "two"; expected an object with at least an id',
      ...['com', '.example.com', 'https://example.com'].map(
        (domain, index) =>
          `allowedDomains[${index}] is "${domain}"; expected a domain name in lower case, such as netskope.example.com`,
      ),
      'runbookUrl is "docs/runbook.md"; expected an https address, of your copy of docs/runbook.md: messages about alarms, and the dashboard, lead to its entries',
      'dashboard is "no"; expected true or false',
      'archive.kmsKeyArn is "alias/archive"; expected the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>',
      'archive.objectLock has no days; expected an object with mode and days',
      'archive.objectLock.mode is "forever"; expected "GOVERNANCE" or "COMPLIANCE"',
      'archive.expireAfterDays is 1.5; expected an integer from 1 to 36500',
      'stackName is "Netskope-Test"; expected letters and digits, 16 at most, a letter first, not ending in Sources and a number; ' +
        'two deployments in one account and region need names that differ in more than upper and lower case',
      'sources[3].noDataWindowMinutes is 60; expected at least 90, 3 times its scheduleMinutes, or one late run would look like silence',
    ]);
  });

  it('are refused with the problems of detection among all others', () => {
    const detection = {
      enabled: 'yes',
      alertEmails: ['soc', { email: 'oncall', minSeverity: 'urgent' }],
      rules: { 'many-deletes': { threshold: 0 }, 'no-such-rule': {} },
      exclude: [{ address: 'office' }],
      anonymousUsers: 'nobody',
      color: 'red',
    };
    expect(problemsOf({ dashboard: 'no', detection })).toEqual([
      'dashboard is "no"; expected true or false',
      'detection has an unknown setting "color"; expected one of enabled, alertEmails, chatNotifications, rules, exclude, anonymousUsers, networks, rulesFolder',
      'detection.enabled is "yes"; expected true or false',
      'detection.alertEmails[0] is "soc"; expected an e-mail address, or an object with email and minSeverity',
      'detection.alertEmails[1].email is "oncall"; expected an e-mail address',
      'detection.alertEmails[1].minSeverity is "urgent"; expected one of info, low, medium, high, critical',
      'detection.rules.many-deletes.threshold is 0; expected an integer from 1 to 100',
      expect.stringMatching(
        /^detection\.rules\.no-such-rule is \{\}; expected one of access-settings-changed, action-from-new-address, /,
      ) as string,
      'detection.exclude[0].address is "office"; expected an IP address, or a CIDR block such as 198.51.100.0/24',
      'detection.anonymousUsers is "nobody"; expected a list of names',
    ]);
    expect(problemsOf({ detection: 'on' })).toEqual(['detection is "on"; expected an object']);
  });

  it('are refused if the list of sources is empty or not a list', () => {
    expect(problemsOf({ sources: [] })).toEqual(['sources is []; expected a list of at least one source']);
    expect(problemsOf({ sources: 'netskope' })).toEqual([
      'sources is "netskope"; expected a list of at least one source',
    ]);
  });

  it('are refused if nothing would be collected', () => {
    expect(problemsOf({ sources: [{ id: 'one', retired: true }] })).toEqual([
      'sources are all retired; expected at least one that is collected',
    ]);
    expect(problemsOf({ sources: [{ id: 'one', retired: true }, { id: 'Two' }] })).toHaveLength(1);
  });

  it('are refused if two sources have the same id, even a retired one', () => {
    expect(problemsOf({ sources: [{ id: 'one', retired: true }, { id: 'two' }, { id: 'one' }] })).toEqual([
      'sources[2].id is "one", as sources[0].id is; expected a different one',
    ]);
  });

  it('are refused if the archive would have two keys', () => {
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/6b1d2c3e-0000-4000-8000-000000000000';
    expect(problemsOf({ archive: { kmsKeyArn } })).toEqual([]);
    expect(problemsOf({ archive: { createKmsKey: true, kmsKeyArn } })).toEqual([
      'archive has both createKmsKey and kmsKeyArn; expected one of them, for a bucket has one key',
    ]);
  });

  it('are refused if events would expire before their lock ends', () => {
    const objectLock = { mode: 'GOVERNANCE', days: 30 };
    expect(problemsOf({ archive: { objectLock, expireAfterDays: 30 } })).toEqual([]);
    expect(problemsOf({ archive: { objectLock, expireAfterDays: 29 } })).toEqual([
      'archive.expireAfterDays is 29; expected at least archive.objectLock.days, 30, for a locked object does not expire',
    ]);
  });

  it('refuses to sign heads that nothing stores', () => {
    expect(problemsOf({ archive: { signing: true } })).toEqual([]);
    expect(problemsOf({ archive: { signing: true }, dailyMessage: false })).toEqual([
      'archive.signing is true beside dailyMessage, false; expected the daily message, whose heads are what is signed',
    ]);
  });

  it('are refused in one message that names the file', () => {
    expect(() => readDeploymentSettings({ sources: [], alarmEmails: 'soc@example.com' })).toThrow(
      'The CDK context (cdk.json) cannot be deployed:\n' +
        '- sources is []; expected a list of at least one source\n' +
        '- alarmEmails is "soc@example.com"; expected a list of at most 5 different e-mail addresses',
    );
  });
});

describe('the settings by which a deployment fits into an account', () => {
  it('are refused with what is expected', () => {
    const context = {
      tags: { 'aws:team': 'soc', 'cost/center': 4711, note: 'a;b' },
      permissionsBoundary: 'arn:aws:iam::111122223333:role/developers',
      logRetentionDays: 91,
    };
    expect(problemsOf(context)).toEqual([
      'tags has the name "aws:team"; expected 1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
      'tags.cost/center is 4711; expected a text of at most 256 letters, digits, spaces and _ . : / = + - @',
      'tags.note is "a;b"; expected a text of at most 256 letters, digits, spaces and _ . : / = + - @',
      'permissionsBoundary is "arn:aws:iam::111122223333:role/developers"; expected the name or the ARN of a managed policy, which becomes the permissions boundary of every role',
      'logRetentionDays is 91; expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ]);
  });

  it.each(['developers', 'platform/developers', 'arn:aws-cn:iam::111122223333:policy/platform/developers'])(
    'take %s for a boundary',
    (permissionsBoundary) => {
      expect(problemsOf({ permissionsBoundary })).toEqual([]);
    },
  );

  it('want a network as a whole or not at all', () => {
    expect(problemsOf({ network: { subnetIds: ['subnet-0a1b2c3d'] } })).toEqual([
      'network has no securityGroupIds; expected an object with subnetIds and securityGroupIds of the VPC that the functions are to be in',
    ]);
    expect(problemsOf({ network: { subnetIds: ['vpc-0a1b2c3d'], securityGroupIds: [] } })).toEqual([
      'network.subnetIds[0] is "vpc-0a1b2c3d"; expected an id such as subnet-0123456789abcdef0',
      'network.securityGroupIds is []; expected a list of 1 to 5 different ids of security groups, such as sg-0123456789abcdef0',
    ]);
  });
});

describe('the settings that adopt what exists', () => {
  it('are refused with every problem: what, received, expected', () => {
    const context = {
      sources: [
        { id: 'one', secret: 'has spaces' },
        { id: 'two', secret: 'arn:aws:ssm:eu-central-1:111122223333:parameter/two' },
      ],
      adopt: {
        archiveBucket: 's3://archive',
        checkpointTable: 'arn:aws:dynamodb:eu-central-1:111122223333:table/checkpoints',
        alarmTopicArn: 'arn:aws:sns:eu-central-1:111122223333:soc.fifo',
        glueDatabase: 'Security-Lake',
        kmsKey: 'alias/archive',
      },
    };
    expect(problemsOf(context)).toEqual([
      'sources[0].secret is "has spaces"; expected the name or the ARN of a secret that exists; left out, one is made that is named after deployment and source',
      'sources[1].secret is "arn:aws:ssm:eu-central-1:111122223333:parameter/two"; expected the name or the ARN of a secret that exists; left out, one is made that is named after deployment and source',
      'adopt has an unknown setting "kmsKey"; expected one of archiveBucket, checkpointTable, alarmTopicArn, glueDatabase',
      'adopt.archiveBucket is "s3://archive"; expected the name of a bucket',
      'adopt.checkpointTable is "arn:aws:dynamodb:eu-central-1:111122223333:table/checkpoints"; expected the name of a DynamoDB table with the partition key `streamId`, a string, and no sort key',
      'adopt.alarmTopicArn is "arn:aws:sns:eu-central-1:111122223333:soc.fifo"; expected the ARN of a standard SNS topic, arn:aws:sns:<region>:<account>:<name>',
      'adopt.glueDatabase is "Security-Lake"; expected the name of a Glue database without the tables that are made: lower-case letters, digits and underscores, a letter first',
    ]);
  });

  it.each(['security/netskope', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:netskope-Ab12Cd'])(
    'take %s for a secret',
    (secret) => {
      expect(problemsOf({ sources: [{ id: 'one', secret }] })).toEqual([]);
    },
  );

  it('leave key and retention of an adopted bucket to its owner', () => {
    const adopt = { archiveBucket: 'audit-archive' };
    const archive = {
      createKmsKey: true,
      objectLock: { mode: 'GOVERNANCE', days: 30 },
      expireAfterDays: 365,
    };
    expect(problemsOf({ adopt, archive })).toEqual([
      'archive.createKmsKey is true; expected false beside adopt.archiveBucket, whose objects have a key or none already; name it in archive.kmsKeyArn',
      'archive.objectLock is {"mode":"GOVERNANCE","days":30}; expected none beside adopt.archiveBucket, which keeps its own retention',
      'archive.expireAfterDays is 365; expected none beside adopt.archiveBucket, which keeps its own retention',
    ]);
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/6b1d2c3e-0000-4000-8000-000000000000';
    expect(problemsOf({ adopt, archive: { kmsKeyArn } })).toEqual([]);
  });
});

describe('a proxy', () => {
  const network = { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] };

  it.each(['proxy.example.com:3128', 'http://user:secret@proxy.example.com', 'http://proxy.example.com/x'])(
    'has a scheme, and neither user, password nor path: not %s',
    (httpsProxy) => {
      expect(problemsOf({ network: { ...network, httpsProxy } })).toEqual([
        `network.httpsProxy is "${httpsProxy}"; expected the address of a proxy, without user and password, such as http://proxy.example.com:3128; the functions call Netskope and AWS through it`,
      ]);
    },
  );

  it('is not used for hosts that are named without scheme and star', () => {
    expect(problemsOf({ network: { ...network, noProxy: ['*.amazonaws.com'] } })).toEqual([
      'network.noProxy[0] is "*.amazonaws.com"; expected a host name, or one with a dot before it for all below it, such as .eu-central-1.amazonaws.com',
    ]);
  });
});

describe('rules of your own', () => {
  let rulesFolder: string;
  beforeEach(() => {
    rulesFolder = mkdtempSync(join(tmpdir(), 'own-rules-'));
  });
  afterEach(() => rmSync(rulesFolder, { recursive: true }));

  const RULE = `import { byUser, defineRule } from 'netskope-audit-collector/rules';
export default defineRule({
  id: 'own',
  title: 'Own',
  description: 'It means nothing.',
  severity: 'low',
  attack: [{ tactic: 'TA0006', technique: 'T1110', name: 'Brute Force' }],
  matches: () => true,
  groupBy: byUser,
  runbook: 'Do nothing.',
  examples: { mustMatch: { one: {} }, mustNotMatch: { other: {} } },
});`;

  it('are tuned like those of the pack', () => {
    writeFileSync(join(rulesFolder, 'own.ts'), RULE);
    expect(problemsOf({ detection: { rulesFolder, rules: { own: { threshold: 3 } } } })).toEqual([]);
    expect(problemsOf({ detection: { rulesFolder, rules: { own: { threshold: 0 } } } })).toEqual([
      'detection.rules.own.threshold is 0; expected an integer from 1 to 100',
    ]);
  });

  it('keep the deployment back if one is wrong, with its file and the reason', () => {
    writeFileSync(join(rulesFolder, 'own.ts'), RULE.replace("'Do nothing.'", "''"));
    writeFileSync(join(rulesFolder, 'slip.ts'), 'export default {');
    const path = (name: string) => relative('.', join(rulesFolder, name));
    expect(problemsOf({ detection: { rulesFolder } })).toEqual([
      `${path('own.ts')}: rule "own": runbook is ""; expected what to do now`,
      `${path('slip.ts')}: line 1: Expected identifier but found end of file`,
    ]);
  });

  it('are in a folder that is there', () => {
    expect(problemsOf({ detection: { rulesFolder: 'no-such-folder' } })).toEqual([
      `detection.rulesFolder is "no-such-folder"; expected a folder with a file for each rule, and ${process.cwd()} has none of this name`,
    ]);
    expect(problemsOf({ detection: { rulesFolder: '' } })).toEqual([
      'detection.rulesFolder is ""; expected the path of a folder with rules of your own; a relative one counts from `cdk.json`',
    ]);
    expect(problemsOf({ detection: { rulesFolder: 7 } })).toEqual([
      'detection.rulesFolder is 7; expected the path of a folder with rules of your own; a relative one counts from `cdk.json`',
    ]);
  });
});
