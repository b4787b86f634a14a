import { DeployedTemplate } from '../deployed-template';
import { pipelineApp, pipelineTemplate, resourcesOfType, templatesOf } from '../synthesized-app';

const OWN = 'DailyMessage';

describe('the daily message', () => {
  const template = new DeployedTemplate(pipelineTemplate());

  it('is sent by a function of its own, which knows where, once a day after the day before is over', () => {
    expect(template.onlyOf('AWS::Lambda::Function', OWN)).toMatchObject({
      Environment: {
        Variables: {
          DEPLOYMENT_NAME: 'NetskopeAudit',
          ARCHIVE_BUCKET: 'archivebucket49f1ac64',
          CHECKPOINT_TABLE: 'checkpointstable83451f64',
          ALARM_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd',
        },
      },
    });
    expect(template.onlyOf('AWS::Scheduler::Schedule', OWN)).toMatchObject({
      ScheduleExpression: 'cron(0 7 * * ? *)',
      Target: {
        Arn: 'arn:aws:lambda:us-east-1:111122223333:function:dailymessagefunction8ae2b971',
        Input: '{"sourceIds":["netskope"]}',
      },
    });
  });

  it('that could not be sent is a dead letter, which the alarm dead-letters watches: after three tries, or undelivered', () => {
    const undelivered = 'arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9';
    expect(template.onlyOf('AWS::Lambda::EventInvokeConfig', OWN)).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: undelivered } },
    });
    expect(template.onlyOf('AWS::Lambda::EventInvokeConfig', OWN)).not.toHaveProperty('MaximumRetryAttempts');
    expect(template.onlyOf('AWS::Scheduler::Schedule', OWN)).toMatchObject({
      Target: { DeadLetterConfig: { Arn: undelivered } },
    });
  });

  it('is about the sources of all stacks, and about none that is retired', () => {
    const sources = [
      ...Array.from({ length: 21 }, (_, place) => ({ id: `tenant-${place + 1}`, retired: place === 0 })),
    ];
    const inputs = templatesOf(pipelineApp({ sources })).flatMap((stack) =>
      resourcesOfType(stack, 'AWS::Scheduler::Schedule')
        .filter(([id]) => id.startsWith(OWN))
        .map(([, { Properties }]) => (Properties.Target as { readonly Input: string }).Input),
    );
    const ids = Array.from({ length: 20 }, (_, place) => `tenant-${place + 2}`);
    expect(inputs).toEqual([JSON.stringify({ sourceIds: ids })]);
  });

  it('signs the heads with a key of its own, if the settings say so', () => {
    const signed = new DeployedTemplate(pipelineTemplate({ archive: { signing: true } }));
    expect(signed.onlyOf('AWS::KMS::Key')).toMatchObject({
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
    });
    const key = 'arn:aws:kms:us-east-1:111122223333:key/archivesigningkey2eee4d97';
    expect(signed.onlyOf('AWS::Lambda::Function', OWN)).toMatchObject({
      Environment: { Variables: { SIGNING_KEY: key } },
    });
    expect(signed.resolve(signed.template.Outputs.SigningKey?.Value)).toBe(key);
    expect(template.ofType('AWS::KMS::Key')).toEqual([]);
  });

  it('is sent without detection, too', () => {
    const { Resources } = pipelineTemplate({ detection: { enabled: false } });
    expect(Object.keys(Resources).filter((id) => id.startsWith(OWN))).not.toEqual([]);
  });

  it('leaves nothing in a deployment that switches it off, whose function is not built', () => {
    const buildDailyMessage = () => {
      throw new Error('the function is built; expected not to be');
    };
    const { Resources } = pipelineTemplate({ dailyMessage: false }, { buildDailyMessage });
    expect(Object.keys(Resources).filter((id) => id.startsWith(OWN))).toEqual([]);
    expect(JSON.stringify(Resources)).not.toContain(OWN);
  });
});
