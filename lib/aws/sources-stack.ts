import { Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RecoveryMessages } from './recovery-messages';
import type { SourceConfig } from './source-config';
import { SourceGroup } from './source-group';
import type { SharedPart } from './source-group';

export interface SourcesStackProps extends StackProps {
  readonly sources: readonly SourceConfig[];
  /** Of the pipeline's stack. */
  readonly shared: SharedPart;
}

/** Further sources, beyond those the pipeline's stack has room for. */
export class SourcesStack extends Stack {
  constructor(scope: Construct, id: string, { sources, shared, ...props }: SourcesStackProps) {
    super(scope, id, props);
    const recoveries = new RecoveryMessages(this, 'Recoveries');
    new SourceGroup(this, 'Sources', { sources, shared, recoveries });
  }
}
