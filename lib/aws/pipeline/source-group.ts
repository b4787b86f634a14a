import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretName } from '../../../lambdas/contract/deployment/source-secret';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { Archive } from '../archive';
import type { CollectionSchedules } from '../collect/collection-schedules';
import { sourceOf } from '../collect/collection-schedules';
import type { Collector } from '../collect/collector';
import type { SourceSettings } from '../deployment-schema';
import type { Detection } from '../detect/detection';
import { consoleUrl } from '../resource/console-url';
import { addStackOutput } from '../resource/stack-output';
import type { Search } from '../search/search';
import type { AlarmRules } from '../watch/notifications';
import { Notifications } from '../watch/notifications';
import type { RunbookAlarm } from '../watch/runbook-alarm';
import { SourceAlarms } from '../watch/source-alarms';

/** What all sources of a deployment use. */
export interface SharedPart {
  readonly feed: Feed;
  readonly deploymentName: string;
  readonly archive: Archive;
  readonly collector: Collector;
  readonly schedules: CollectionSchedules;
  /** Where alarms go, unless a source has addresses of its own. */
  readonly notifications: Notifications;
  readonly search: Search;
  /** @default - the deployment has none */
  readonly detection?: Detection;
  /** What precedes the source id in the name of every source's secret. */
  readonly secretNamePrefix: string;
}

interface SourceGroupProps {
  readonly sources: readonly SourceSettings[];
  readonly shared: SharedPart;
  /** Of the same stack. */
  readonly messages: AlarmRules;
}

/** The sources of one stack. */
export class SourceGroup extends Construct {
  readonly sources: readonly SourceSettings[];
  /** Of all its sources. */
  readonly alarms: readonly RunbookAlarm[];

  constructor(scope: Construct, id: string, { sources, shared, messages }: SourceGroupProps) {
    super(scope, id);
    this.sources = sources;
    this.alarms = sources.flatMap(
      (source) =>
        new AuditSource(this, source.id, { source, isOnly: sources.length === 1, messages, ...shared }).alarms
          .alarms,
    );
    addStackOutput(this, 'Sources', {
      value: asciiJson(sources.map(sourceOf)),
      description: 'The sources of this stack, as JSON',
    });
  }
}

/** CloudFormation returns other characters as `?` (aws-cloudformation/cloudformation-coverage-roadmap, issue 814). */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

interface AuditSourceProps extends SharedPart, Pick<SourceGroupProps, 'messages'> {
  readonly source: SourceSettings;
  /** Whether its stack has no other. */
  readonly isOnly: boolean;
}

/** One Netskope tenant: the secret with its domain and token, unless it is adopted, the schedule that collects it, and its alarms. */
class AuditSource extends Construct {
  readonly alarms: SourceAlarms;

  constructor(scope: Construct, id: string, { source, ...props }: AuditSourceProps) {
    super(scope, id);
    if (source.secret === undefined) {
      const output = this.emptySecret(source, secretName(props.secretNamePrefix, source.id));
      if (props.isOnly) output.overrideLogicalId('SecretConsole');
    }
    props.schedules.collect(this, source);
    const { messages } = props;
    const notifications =
      source.alarmEmails.length === 0
        ? props.notifications
        : new Notifications(this, 'Notifications', {
            emails: source.alarmEmails,
            sourceId: source.id,
            messages,
            runbookUrl: props.notifications.runbookUrl,
          });
    this.alarms = new SourceAlarms(this, 'Alarms', {
      source,
      deploymentName: props.deploymentName,
      hasDetection: props.detection !== undefined,
      notifications,
    });
  }

  /**
   * Without a value: one in the template would be readable there, and a generated one would look like a token.
   * @returns the output that leads to it
   */
  private emptySecret({ id, label }: SourceSettings, name: string): CfnOutput {
    const secret = new CfnSecret(this, 'Secret', { name, description: `Domain and token of ${label}` });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Only an administrator of the tenant can make a new token; an alarm tells when it is time.',
    });
    const { region } = Stack.of(this);
    return new CfnOutput(this, 'SecretConsole', {
      value: `${consoleUrl(this)}/secretsmanager/secret?name=${encodeURIComponent(name)}&region=${region}`,
      description: `Where to put domain and token of source ${id}`,
    });
  }
}
