import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CheckpointTable } from '../../../lib/aws/collect/checkpoint-table';

describe('the checkpoint table', () => {
  const stack = new Stack(new App());
  new CheckpointTable(stack, 'Checkpoints');
  const template = Template.fromStack(stack);

  it('has the key that the collector uses', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'streamId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'streamId', AttributeType: 'S' }],
    });
  });

  it('is billed per request', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' });
  });

  it('can be restored to any second of the last weeks', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('is not deleted by mistake, nor with the stack', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });
});
