import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Notifications } from '../../../lib/aws/watch/notifications';

describe('notifications', () => {
  const stack = new Stack(new App());
  new Notifications(stack, 'Notifications', { emails: ['soc@example.com', 'ops@example.com'] });
  const template = Template.fromStack(stack);

  function hasStatement(statement: Record<string, unknown>): void {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
    });
  }

  it.each(['soc@example.com', 'ops@example.com'])('reach %s', (Endpoint) => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint });
  });

  it('may be sent by the alarms of this account', () => {
    hasStatement({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it('are never sent without TLS', () => {
    hasStatement({
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});
