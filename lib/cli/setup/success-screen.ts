import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { formatCount } from '../../format/quantities';
import type { KnownAlarm, Subscriber } from '../deployment/deployed-alarms';
import {
  alarmsOfDeployment,
  alarmsOfSource,
  readAlarms,
  readSubscribers,
  topicsOf,
} from '../deployment/deployed-alarms';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { describeError } from '../describe-error';
import type { Terminal } from '../terminal/terminal';

/** What is shown once a source has been set up. */
export interface Success {
  readonly source: SourceInStack;
  /** Absent if none was started. */
  readonly run?: RunSummary;
  /** Events archived since the source began. */
  readonly archivedInTotal: number;
  /** Where the source's archive begins: `s3://<bucket>/<feed>/source=<id>/`. */
  readonly archiveUri: string;
  readonly watch: Watch;
  readonly dashboardUrl?: string;
}

/** The source's alarms and subscribers, or why they could not be looked up, which does not fail the setup. */
type Watch =
  | { readonly alarms: readonly KnownAlarm[]; readonly subscribers: readonly Subscriber[] }
  | { readonly problem: string };

/** Looks up what is shown besides the run. */
export async function readSuccess(
  deployment: Deployment,
  source: SourceInStack,
  { run, archivedInTotal }: Pick<Success, 'run' | 'archivedInTotal'>,
): Promise<Success> {
  const { feed, outputs } = deployment;
  return {
    source,
    run,
    archivedInTotal,
    archiveUri: `s3://${outputs.ArchiveBucket}/${prefixesOf(feed).archive}/source=${source.sourceId}/`,
    watch: await readWatch(deployment, source).catch((error: unknown) => ({
      problem: describeError(error).what,
    })),
    dashboardUrl: outputs.Dashboard,
  };
}

async function readWatch(deployment: Deployment, source: SourceInStack): Promise<Watch> {
  const { aws, isFleet } = deployment;
  const known = isFleet ? alarmsOfDeployment(deployment) : alarmsOfSource(source);
  const found = await readAlarms(aws.client(CloudWatchClient), known);
  const alarms = found.filter((alarm) => alarm.found !== undefined);
  return { alarms, subscribers: await readSubscribers(aws.client(SNSClient), topicsOf(alarms)) };
}

const LABEL_LENGTH = 11;

/** The success screen. @param isLocal whether it is about the archive of `npm start` */
export function showSuccess(terminal: Terminal, success: Success, isLocal = false): void {
  const { source, run } = success;
  const next = run === undefined ? 'it asks Netskope again' : NEXT_STEPS[run.outcome];
  const row = (label: string, text: string): void =>
    terminal.print(`${terminal.colors.bold(label.padEnd(LABEL_LENGTH))}${text}`);
  terminal.print();
  row('Events', eventsLine(success));
  row('Archive', success.archiveUri);
  for (const [label, text] of watchRows(success.watch)) row(label, text);
  if (success.dashboardUrl !== undefined) row('Dashboard', success.dashboardUrl);
  row('Next run', `${isLocal ? 'npm start' : `every ${source.scheduleMinutes} min`}; ${next}`);
  row('Check', `npx --no -- netskope-audit doctor ${source.sourceId}${isLocal ? ' --local' : ''}`);
}

const NEXT_STEPS: Readonly<Record<RunSummary['outcome'], string>> = {
  'caught-up': 'everything Netskope has is archived',
  'more-to-come': 'there is more to fetch, and the next runs go on',
  'already-running': 'the one that is at work goes on',
  'awaiting-credentials': 'the next one reads the secret again',
  resting: 'the first one after the rest goes on',
};

function eventsLine({ run, archivedInTotal, source }: Success): string {
  const total = `${formatCount(archivedInTotal)} since the beginning`;
  if (run === undefined || run.outcome === 'resting') return total;
  if (archivedInTotal + run.quarantined === 0)
    return `none in the last ${source.startLookbackHours} h; if somebody has worked in the console, check the token's role`;
  const quarantined = run.quarantined === 0 ? '' : `; ${formatCount(run.quarantined)} in quarantine`;
  return `${formatCount(run.archived)} archived by this run, ${total}${quarantined}`;
}

function watchRows(watch: Watch): readonly (readonly [label: string, text: string])[] {
  if ('problem' in watch) return [['Alarms', `could not be looked up: ${watch.problem}`]];
  const { alarms, subscribers } = watch;
  if (alarms.length === 0) return [['Alarms', 'none watches this source']];
  return [
    ['Alarms', alarms.map(({ kind }) => kind).join(', ')],
    ['Notified', subscribersLine(subscribers)],
  ];
}

function subscribersLine(subscribers: readonly Subscriber[]): string {
  if (subscribers.length === 0) return 'nobody: put addresses into alarmEmails in cdk.json, and deploy';
  return subscribers
    .map(({ endpoint, isConfirmed }) =>
      isConfirmed ? endpoint : `${endpoint} (has not confirmed the mail from AWS)`,
    )
    .join(', ');
}

/** The success screen as JSON. */
export function successForPrograms({ source, watch, ...success }: Success): object {
  const seen =
    'problem' in watch
      ? { watchProblem: watch.problem }
      : {
          alarms: watch.alarms.map(({ name, found }) => ({ name, state: found?.StateValue })),
          subscribers: watch.subscribers,
        };
  return { sourceId: source.sourceId, ...success, ...seen };
}
