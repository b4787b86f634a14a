import { DeployedTemplate } from '../deployed-template';
import type { Settings } from '../synthesized-app';
import { pipelineTemplate, resourcesOfType } from '../synthesized-app';
import { inOneLine, permissionsOf } from './permissions';

function deployed(settings: Settings = {}): DeployedTemplate {
  return new DeployedTemplate(pipelineTemplate(settings));
}

function permissions(settings: Settings = {}): string[] {
  return permissionsOf(deployed(settings)).map(inOneLine).sort();
}

describe('the permissions of a deployment', () => {
  it('are exactly these', () => {
    expect(permissions()).toEqual([
      'Allow CollectorRoleFDAC1528 cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"NetskopeAudit"}}',
      'Allow CollectorRoleFDAC1528 dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64',
      'Allow CollectorRoleFDAC1528 dynamodb:GetItem on arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64',
      'Allow CollectorRoleFDAC1528 dynamodb:PutItem on arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64',
      'Allow CollectorRoleFDAC1528 logs:CreateLogStream on arn:aws:logs:us-east-1:111122223333:log-group:collectorlog23ebc5ea:*',
      'Allow CollectorRoleFDAC1528 logs:PutLogEvents on arn:aws:logs:us-east-1:111122223333:log-group:collectorlog23ebc5ea:*',
      'Allow CollectorRoleFDAC1528 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/manifest/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/quarantine/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/quarantine/pages/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/redriven/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/redriven/pages/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:ListBucket on arn:aws:s3:::archivebucket49f1ac64 if {"StringLike":{"s3:prefix":["netskope_audit/*","quarantine/netskope_audit/*","quarantine/pages/netskope_audit/*","redriven/netskope_audit/*","redriven/pages/netskope_audit/*","manifest/netskope_audit/*"]}}',
      'Allow CollectorRoleFDAC1528 s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/manifest/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/quarantine/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/quarantine/pages/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/redriven/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/redriven/pages/netskope_audit/*',
      'Allow CollectorRoleFDAC1528 secretsmanager:DescribeSecret on arn:aws:secretsmanager:us-east-1:111122223333:secret:NetskopeAudit/*',
      'Allow CollectorRoleFDAC1528 secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:111122223333:secret:NetskopeAudit/*',
      'Allow CollectorRoleFDAC1528 sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:collectorfailuresqueue559af949',
      'Allow DailyMessageRoleD231A2EF cloudwatch:DescribeAlarms on *',
      'Allow DailyMessageRoleD231A2EF cloudwatch:GetMetricData on *',
      'Allow DailyMessageRoleD231A2EF dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64',
      'Allow DailyMessageRoleD231A2EF logs:CreateLogStream on arn:aws:logs:us-east-1:111122223333:log-group:dailymessagelogc76d0abc:*',
      'Allow DailyMessageRoleD231A2EF logs:PutLogEvents on arn:aws:logs:us-east-1:111122223333:log-group:dailymessagelogc76d0abc:*',
      'Allow DailyMessageRoleD231A2EF s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/heads/netskope_audit/*',
      'Allow DailyMessageRoleD231A2EF sns:Publish on arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd',
      'Allow DailyMessageRoleD231A2EF sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9',
      'Allow DetectionDetectorRole911F6D9E cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"NetskopeAudit"}}',
      'Allow DetectionDetectorRole911F6D9E dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:111122223333:table/detectiongroupstable9b829887',
      'Allow DetectionDetectorRole911F6D9E dynamodb:PutItem on arn:aws:dynamodb:us-east-1:111122223333:table/detectiongroupstable9b829887',
      'Allow DetectionDetectorRole911F6D9E dynamodb:Query on arn:aws:dynamodb:us-east-1:111122223333:table/detectiongroupstable9b829887/index/due',
      'Allow DetectionDetectorRole911F6D9E events:PutEvents on arn:aws:events:us-east-1:111122223333:event-bus/default',
      'Allow DetectionDetectorRole911F6D9E logs:CreateLogStream on arn:aws:logs:us-east-1:111122223333:log-group:detectiondetectorloge1cf63e8:*',
      'Allow DetectionDetectorRole911F6D9E logs:PutLogEvents on arn:aws:logs:us-east-1:111122223333:log-group:detectiondetectorloge1cf63e8:*',
      'Allow DetectionDetectorRole911F6D9E s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/alerts/netskope_audit/*',
      'Allow DetectionDetectorRole911F6D9E s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/manifest/alerts/netskope_audit/*',
      'Allow DetectionDetectorRole911F6D9E s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/netskope_audit/*',
      'Allow DetectionDetectorRole911F6D9E s3:ListBucket on arn:aws:s3:::archivebucket49f1ac64 if {"StringLike":{"s3:prefix":["alerts/netskope_audit/*","manifest/alerts/netskope_audit/*"]}}',
      'Allow DetectionDetectorRole911F6D9E s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/alerts/netskope_audit/*',
      'Allow DetectionDetectorRole911F6D9E s3:PutObject on arn:aws:s3:::archivebucket49f1ac64/manifest/alerts/netskope_audit/*',
      'Allow DetectionDetectorRole911F6D9E sns:Publish on arn:aws:sns:us-east-1:111122223333:detectionalertstopic3d3c7615',
      'Allow DetectionDetectorRole911F6D9E sqs:DeleteMessage on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18',
      'Allow DetectionDetectorRole911F6D9E sqs:GetQueueAttributes on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18',
      'Allow DetectionDetectorRole911F6D9E sqs:ReceiveMessage on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18',
      'Allow RecoveriesRole0296013C sns:Publish on arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd',
      'Allow SchedulesRole523D57EE lambda:InvokeFunction on arn:aws:lambda:us-east-1:111122223333:function:collectorfunctione9933a71',
      'Allow SchedulesRole523D57EE lambda:InvokeFunction on arn:aws:lambda:us-east-1:111122223333:function:dailymessagefunction8ae2b971',
      'Allow SchedulesRole523D57EE lambda:InvokeFunction on arn:aws:lambda:us-east-1:111122223333:function:verifierfunctiond65178b8',
      'Allow SchedulesRole523D57EE sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9',
      'Allow VerifierRole8FF23367 cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"NetskopeAudit"}}',
      'Allow VerifierRole8FF23367 dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64',
      'Allow VerifierRole8FF23367 dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:111122223333:table/detectiongroupstable9b829887',
      'Allow VerifierRole8FF23367 dynamodb:PutItem on arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64 if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["*#audit#verification","*#audit#alerts#verification"]}}',
      'Allow VerifierRole8FF23367 logs:CreateLogStream on arn:aws:logs:us-east-1:111122223333:log-group:verifierlogcc76c77e:*',
      'Allow VerifierRole8FF23367 logs:PutLogEvents on arn:aws:logs:us-east-1:111122223333:log-group:verifierlogcc76c77e:*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/alerts/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/manifest/alerts/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/manifest/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/quarantine/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/quarantine/pages/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/redriven/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:GetObject on arn:aws:s3:::archivebucket49f1ac64/redriven/pages/netskope_audit/*',
      'Allow VerifierRole8FF23367 s3:ListBucket on arn:aws:s3:::archivebucket49f1ac64 if {"StringLike":{"s3:prefix":["netskope_audit/*","quarantine/netskope_audit/*","quarantine/pages/netskope_audit/*","redriven/netskope_audit/*","redriven/pages/netskope_audit/*","manifest/netskope_audit/*","alerts/netskope_audit/*","manifest/alerts/netskope_audit/*"]}}',
      'Allow VerifierRole8FF23367 sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9',
      'Allow cloudwatch.amazonaws.com sns:Publish on arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd if {"StringEquals":{"aws:SourceAccount":"111122223333"}}',
      'Allow events.amazonaws.com sqs:GetQueueAttributes on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectscreated80c2421e"}}',
      'Allow events.amazonaws.com sqs:GetQueueAttributes on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectssweeps6e2ba297"}}',
      'Allow events.amazonaws.com sqs:GetQueueUrl on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectscreated80c2421e"}}',
      'Allow events.amazonaws.com sqs:GetQueueUrl on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectssweeps6e2ba297"}}',
      'Allow events.amazonaws.com sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectscreated80c2421e"}}',
      'Allow events.amazonaws.com sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectssweeps6e2ba297"}}',
      'Allow events.amazonaws.com sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:detectionobjectsundetectedqueue2d24985b if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectscreated80c2421e"}}',
      'Allow events.amazonaws.com sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:detectionobjectsundetectedqueue2d24985b if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/detectionobjectssweeps6e2ba297"}}',
      'Allow events.amazonaws.com sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9 if {"ArnLike":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/NetskopeAudit*"}}',
      'Allow events.amazonaws.com sts:AssumeRole on RecoveriesRole0296013C if {"StringEquals":{"aws:SourceAccount":"111122223333"},"ArnLike":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/NetskopeAudit-*"}}',
      'Allow lambda.amazonaws.com sts:AssumeRole on CollectorRoleFDAC1528',
      'Allow lambda.amazonaws.com sts:AssumeRole on DailyMessageRoleD231A2EF',
      'Allow lambda.amazonaws.com sts:AssumeRole on DetectionDetectorRole911F6D9E',
      'Allow lambda.amazonaws.com sts:AssumeRole on VerifierRole8FF23367',
      'Allow logging.s3.amazonaws.com s3:PutObject on arn:aws:s3:::archiveaccesslogsbucket095c3280/* if {"ArnLike":{"aws:SourceArn":"arn:aws:s3:::archivebucket49f1ac64"},"StringEquals":{"aws:SourceAccount":"111122223333"}}',
      'Allow logging.s3.amazonaws.com s3:PutObject on arn:aws:s3:::archiveaccesslogsbucket095c3280/query-results/* if {"ArnLike":{"aws:SourceArn":"arn:aws:s3:::searchqueryresultsbucketd701271e"},"StringEquals":{"aws:SourceAccount":"111122223333"}}',
      'Allow scheduler.amazonaws.com sts:AssumeRole on SchedulesRole523D57EE if {"StringEquals":{"aws:SourceAccount":"111122223333","aws:SourceArn":"arn:aws:scheduler:us-east-1:111122223333:schedule-group/schedulesgroupc7f67308"}}',
      'Deny * s3:* on arn:aws:s3:::archiveaccesslogsbucket095c3280 if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * s3:* on arn:aws:s3:::archiveaccesslogsbucket095c3280 if {"NumericLessThan":{"s3:TlsVersion":1.2}}',
      'Deny * s3:* on arn:aws:s3:::archiveaccesslogsbucket095c3280/* if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * s3:* on arn:aws:s3:::archiveaccesslogsbucket095c3280/* if {"NumericLessThan":{"s3:TlsVersion":1.2}}',
      'Deny * s3:* on arn:aws:s3:::archivebucket49f1ac64 if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * s3:* on arn:aws:s3:::archivebucket49f1ac64 if {"NumericLessThan":{"s3:TlsVersion":1.2}}',
      'Deny * s3:* on arn:aws:s3:::archivebucket49f1ac64/* if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * s3:* on arn:aws:s3:::archivebucket49f1ac64/* if {"NumericLessThan":{"s3:TlsVersion":1.2}}',
      'Deny * s3:* on arn:aws:s3:::searchqueryresultsbucketd701271e if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * s3:* on arn:aws:s3:::searchqueryresultsbucketd701271e if {"NumericLessThan":{"s3:TlsVersion":1.2}}',
      'Deny * s3:* on arn:aws:s3:::searchqueryresultsbucketd701271e/* if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * s3:* on arn:aws:s3:::searchqueryresultsbucketd701271e/* if {"NumericLessThan":{"s3:TlsVersion":1.2}}',
      'Deny * sns:Publish on arn:aws:sns:us-east-1:111122223333:detectionalertstopic3d3c7615 if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * sns:Publish on arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * sqs:* on arn:aws:sqs:us-east-1:111122223333:collectorfailuresqueue559af949 if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * sqs:* on arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18 if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * sqs:* on arn:aws:sqs:us-east-1:111122223333:detectionobjectsundetectedqueue2d24985b if {"Bool":{"aws:SecureTransport":"false"}}',
      'Deny * sqs:* on arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9 if {"Bool":{"aws:SecureTransport":"false"}}',
    ]);
  });

  it('include one key more if the archive has one', () => {
    const before = permissions();
    const more = permissions({ archive: { createKmsKey: true } }).filter((line) => !before.includes(line));
    expect(more).toEqual([
      'Allow CollectorRoleFDAC1528 kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      'Allow CollectorRoleFDAC1528 kms:GenerateDataKey on arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      'Allow DailyMessageRoleD231A2EF kms:GenerateDataKey on arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      'Allow DetectionDetectorRole911F6D9E kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      'Allow DetectionDetectorRole911F6D9E kms:GenerateDataKey on arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      'Allow VerifierRole8FF23367 kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key/archivekey3ef5ede5',
      'Allow arn:aws:iam::111122223333:root kms:* on *',
    ]);
  });

  it('include signing with a key, for the function that stores the heads alone, if they are signed', () => {
    const before = permissions();
    const more = permissions({ archive: { signing: true } }).filter((line) => !before.includes(line));
    expect(more).toEqual([
      'Allow DailyMessageRoleD231A2EF kms:Sign on arn:aws:kms:us-east-1:111122223333:key/archivesigningkey2eee4d97',
      'Allow arn:aws:iam::111122223333:root kms:* on *',
    ]);
  });

  it('include one topic more for a source with addresses of its own, and none for any other', () => {
    const before = permissions();
    const sources = [{ id: 'netskope' }, { id: 'ours' }, { id: 'theirs', alarmEmails: ['team@example.com'] }];
    const more = permissions({ sources }).filter((line) => !before.includes(line));
    expect(more).toEqual([
      'Allow RecoveriesRole0296013C sns:Publish on arn:aws:sns:us-east-1:111122223333:sourcestheirsnotificationstopic9095c812',
      'Allow cloudwatch.amazonaws.com sns:Publish on arn:aws:sns:us-east-1:111122223333:sourcestheirsnotificationstopic9095c812 if {"StringEquals":{"aws:SourceAccount":"111122223333"}}',
      'Deny * sns:Publish on arn:aws:sns:us-east-1:111122223333:sourcestheirsnotificationstopic9095c812 if {"Bool":{"aws:SecureTransport":"false"}}',
    ]);
  });

  it('come from no policy managed by AWS, and from no permission outside a policy', () => {
    const { template } = deployed();
    for (const [, { Properties }] of resourcesOfType(template, 'AWS::IAM::Role')) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
    expect(resourcesOfType(template, 'AWS::Lambda::Permission')).toEqual([]);
  });
});
