import { DeployedTemplate } from '../deployed-template';
import { pipelineTemplate } from '../synthesized-app';

const OWN = 'Verifier';

describe('the verification of the archive', () => {
  const template = new DeployedTemplate(pipelineTemplate());

  it('is done by a function of its own, once a day before the daily message', () => {
    const { Environment, ...properties } = template.onlyOf('AWS::Lambda::Function', OWN);
    expect(properties).toMatchObject({ Timeout: 900, MemorySize: 512 });
    expect(Environment).toEqual({
      Variables: {
        DEPLOYMENT_NAME: 'NetskopeAudit',
        ARCHIVE_BUCKET: 'archivebucket49f1ac64',
        CHECKPOINT_TABLE: 'checkpointstable83451f64',
        DETECTION_TABLE: 'detectiongroupstable9b829887',
      },
    });
    expect(template.onlyOf('AWS::Scheduler::Schedule', OWN)).toMatchObject({
      ScheduleExpression: 'cron(0 5 * * ? *)',
      Target: { Input: '{"sourceIds":["netskope"]}' },
    });
  });

  it('that could not be done is a dead letter, which the alarm dead-letters watches', () => {
    const undelivered = 'arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9';
    expect(template.onlyOf('AWS::Lambda::EventInvokeConfig', OWN)).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: undelivered } },
    });
    expect(template.onlyOf('AWS::Scheduler::Schedule', OWN)).toMatchObject({
      Target: { DeadLetterConfig: { Arn: undelivered } },
    });
  });

  it('is told after how many days events expire', () => {
    const expiring = new DeployedTemplate(pipelineTemplate({ archive: { expireAfterDays: 400 } }));
    expect(expiring.onlyOf('AWS::Lambda::Function', OWN).Environment).toMatchObject({
      Variables: { EXPIRE_AFTER_DAYS: '400' },
    });
  });

  it('has an hour of its own for each part of a fleet', () => {
    const fleet = new DeployedTemplate(pipelineTemplate({ sources: undefined, fleet: true }));
    expect(fleet.onlyOf('AWS::Scheduler::Schedule', OWN)).toMatchObject({
      ScheduleExpression: 'cron(0 * * * ? *)',
      Target: { Input: '{"fleet":true}' },
    });
  });

  it('is mentioned by the daily message', () => {
    expect(template.onlyOf('AWS::Lambda::Function', 'DailyMessage').Environment).toMatchObject({
      Variables: { SELF_VERIFICATION: 'true' },
    });
  });

  it('leaves nothing in a deployment that switches it off, whose function is not built', () => {
    const buildVerifier = () => {
      throw new Error('the function is built; expected not to be');
    };
    const without = new DeployedTemplate(
      pipelineTemplate({ archive: { selfVerification: false } }, { buildVerifier }),
    );
    expect(Object.keys(without.template.Resources).filter((id) => id.startsWith('Verif'))).toEqual([]);
    expect(JSON.stringify(without.onlyOf('AWS::Lambda::Function', 'DailyMessage'))).not.toContain(
      'VERIFICATION',
    );
  });
});
