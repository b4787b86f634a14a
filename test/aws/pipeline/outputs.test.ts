import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeployedTemplate } from '../deployed-template';
import type { StackTemplate } from '../synthesized-app';
import { pipelineApp, pipelineTemplate, templatesOf } from '../synthesized-app';

/** Outputs of a stack as CloudFormation would return them, with generated names. */
function outputsOf(template: StackTemplate): Record<string, unknown> {
  const deployed = new DeployedTemplate(template);
  return Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [name, deployed.resolve(Value)]),
  );
}

/** A link to the console, in the region of the test's templates. */
const console = (rest: string): string => `https://us-east-1.console.aws.amazon.com/${rest}`;

describe('the outputs of a deployment', () => {
  it('name everything that an operator works with', () => {
    const settings = { sources: [{ id: 'corp-eu', label: 'Corp Europe', scheduleMinutes: 15 }] };
    expect(outputsOf(pipelineTemplate(settings))).toEqual({
      ArchiveBucket: 'archivebucket49f1ac64',
      CheckpointTable: 'checkpointstable83451f64',
      CollectorFunction: 'collectorfunctione9933a71',
      SecretNamePrefix: 'NetskopeAudit/',
      AlarmTopic: 'arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd',
      AlertTopic: 'arn:aws:sns:us-east-1:111122223333:detectionalertstopic3d3c7615',
      DetectionTable: 'detectiongroupstable9b829887',
      DetectorFunction: 'detectiondetectorfunction9554d220',
      VerifierFunction: 'verifierfunctiond65178b8',
      Workgroup: 'NetskopeAudit',
      Database: 'netskopeaudit',
      QueryResultsBucket: 'searchqueryresultsbucketd701271e',
      Dashboard: console('cloudwatch/home?region=us-east-1#dashboards/dashboard/sourcesdashboardae715f23'),
      Sources:
        '[{"sourceId":"corp-eu","label":"Corp Europe","startLookbackHours":24,"scheduleMinutes":15,"dailyRecheck":true}]',
      SecretConsole: console('secretsmanager/secret?name=NetskopeAudit%2Fcorp-eu&region=us-east-1'),
    });
  });

  it('of a stack with further sources name these', () => {
    const sources = Array.from({ length: 22 }, (_, index) => ({ id: `tenant-${index + 1}` }));
    const [, further] = templatesOf(pipelineApp({ sources })).map(outputsOf);
    expect(further).toEqual({
      Sources: JSON.stringify([
        {
          sourceId: 'tenant-21',
          label: 'tenant-21',
          startLookbackHours: 24,
          scheduleMinutes: 5,
          dailyRecheck: true,
        },
        {
          sourceId: 'tenant-22',
          label: 'tenant-22',
          startLookbackHours: 24,
          scheduleMinutes: 5,
          dailyRecheck: true,
        },
      ]),
      Sourcestenant21SecretConsole8E5F31F8: console(
        'secretsmanager/secret?name=NetskopeAudit%2Ftenant-21&region=us-east-1',
      ),
      Sourcestenant22SecretConsoleD989AF77: console(
        'secretsmanager/secret?name=NetskopeAudit%2Ftenant-22&region=us-east-1',
      ),
    });
  });

  it('have the names that the documents give them', () => {
    const docs = join(__dirname, '../../../docs');
    const pages = ['../README.md', ...readdirSync(docs).filter((name) => name.endsWith('.md'))];
    const named = pages.flatMap((page) =>
      [...readFileSync(join(docs, page), 'utf8').matchAll(/\boutput (?:`(\w+)`|(\w+)>)/gi)].map(
        ([, quoted, inCommand]) => quoted ?? inCommand,
      ),
    );
    const deployed = outputsOf(pipelineTemplate({ detection: { chatNotifications: true } }));
    expect(named).toContain('SecretConsole');
    expect(named.filter((name = '') => !(name in deployed))).toEqual([]);
  });

  it('name the domains besides those of Netskope that tokens may be sent to, the same as the collector receives', () => {
    const template = pipelineTemplate({ allowedDomains: ['netskope.example.com', 'example.org'] });
    expect(outputsOf(template)['AllowedDomains']).toBe('netskope.example.com,example.org');
    expect(JSON.stringify(template)).toContain(
      '"NETSKOPE_ALLOWED_DOMAINS":"netskope.example.com,example.org"',
    );
  });

  it('name the key of the archive, made for it or given', () => {
    const given = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000';
    const keyOf = (archive: object): unknown => outputsOf(pipelineTemplate({ archive }))['ArchiveKey'];
    expect([keyOf({ createKmsKey: true }), keyOf({ kmsKeyArn: given }), keyOf({})]).toEqual([
      'arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      given,
      undefined,
    ]);
  });

  it('leave out a source that is retired', () => {
    const sources = [{ id: 'old', retired: true }, { id: 'new' }];
    expect(outputsOf(pipelineTemplate({ sources })).Sources).toBe(
      '[{"sourceId":"new","label":"new","startLookbackHours":24,"scheduleMinutes":5,"dailyRecheck":true}]',
    );
  });

  it('carry a label through CloudFormation, which returns only ASCII', () => {
    const { Sources } = outputsOf(pipelineTemplate({ sources: [{ id: 'corp', label: 'Zürich 東京 🏢' }] }));
    expect(Sources).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(Sources as string)).toMatchObject([{ label: 'Zürich 東京 🏢' }]);
  });
});
