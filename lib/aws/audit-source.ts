import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretName } from '../../lambdas/contract/deployment/source-secret';
import type { CollectionSchedules } from './collection-schedules';
import { Notifications } from './notifications';
import type { RecoveryMessages } from './recovery-messages';
import { SourceAlarms } from './source-alarms';
import type { SourceConfig } from './source-config';

export interface AuditSourceProps {
  readonly source: SourceConfig;
  readonly schedules: CollectionSchedules;
  /** Where the source's alarms go unless it names addresses of its own. */
  readonly notifications: Notifications;
  readonly recoveries: RecoveryMessages;
  /** What precedes the source id in the name of its secret. */
  readonly secretNamePrefix: string;
}

/** One Netskope tenant: the secret with its domain and token, the schedule that collects it, and its alarms. */
export class AuditSource extends Construct {
  readonly alarms: SourceAlarms;

  constructor(scope: Construct, id: string, { source, ...props }: AuditSourceProps) {
    super(scope, id);
    this.emptySecret(source, secretName(props.secretNamePrefix, source.id));
    props.schedules.collect(this, source);
    const { topic } =
      source.alarmEmails.length === 0
        ? props.notifications
        : new Notifications(this, 'Notifications', { emails: source.alarmEmails });
    this.alarms = new SourceAlarms(this, 'Alarms', { source, topic, recoveries: props.recoveries });
  }

  /** Without a value: one in the template would be readable there, and a generated one would be taken for a token. */
  private emptySecret({ id, label }: SourceConfig, name: string): void {
    const secret = new CfnSecret(this, 'Secret', { name, description: `Domain and token of ${label}` });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Only an administrator of the tenant can make a new token; an alarm tells when it is time.',
    });
    const { region } = Stack.of(this);
    new CfnOutput(this, 'SecretConsole', {
      value: `https://${region}.console.aws.amazon.com/secretsmanager/secret?name=${encodeURIComponent(name)}&region=${region}`,
      description: `Where to put domain and token of source ${id}`,
    });
  }
}
