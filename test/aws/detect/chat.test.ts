import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DeployedTemplate } from '../deployed-template';
import { inOneLine, permissionsOf } from '../pipeline/permissions';
import { pipelineApp, pipelineTemplate } from '../synthesized-app';

const CHAT = { detection: { chatNotifications: true } };
const CHAT_TOPIC = 'arn:aws:sns:us-east-1:111122223333:detectionchattopic1a75e88e';

describe('messages for a chat', () => {
  const off = new DeployedTemplate(pipelineTemplate());
  const on = new DeployedTemplate(pipelineTemplate(CHAT));

  test('are off unless the setting asks for them', () => {
    expect(Object.keys(off.template.Outputs)).not.toContain('ChatTopic');
    expect(JSON.stringify(off.template)).not.toContain('CHAT_TOPIC_ARN');
  });

  test('have a topic of their own, which the detector knows and may publish on', () => {
    expect(on.resolve(on.template.Outputs.ChatTopic?.Value)).toBe(CHAT_TOPIC);
    expect(on.onlyOf('AWS::Lambda::Function', 'Detection').Environment).toMatchObject({
      Variables: { CHAT_TOPIC_ARN: CHAT_TOPIC },
    });
    const before = permissionsOf(off).map(inOneLine);
    const more = permissionsOf(on).map(inOneLine);
    expect(more.filter((line) => !before.includes(line)).sort()).toEqual([
      `Allow DetectionDetectorRole911F6D9E sns:Publish on ${CHAT_TOPIC}`,
      `Deny * sns:Publish on ${CHAT_TOPIC} if {"Bool":{"aws:SecureTransport":"false"}}`,
    ]);
  });
});

test('the documented channel configuration shows alerts and alarms', () => {
  const page = readFileSync(join(__dirname, '../../../docs/detect.md'), 'utf8');
  const [, code = ''] = /```ts\n(\s*new chatbot[^`]*)```/.exec(page) ?? [];
  const stack = new Stack(pipelineApp(), 'Example');
  const topic = (name: string) =>
    sns.Topic.fromTopicArn(stack, name, `arn:aws:sns:us-east-1:111122223333:${name}`);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text of the page
  new Function('chatbot', 'iam', 'chatTopic', 'alarmTopic', code).call(
    stack,
    chatbot,
    iam,
    topic('chat'),
    topic('alarms'),
  );
  Template.fromStack(stack).hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SnsTopicArns: ['arn:aws:sns:us-east-1:111122223333:chat', 'arn:aws:sns:us-east-1:111122223333:alarms'],
  });
});
