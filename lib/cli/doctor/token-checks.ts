import { SOURCE_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarm-names';
import { countOf } from '../../format/count-of';
import { describeProbeFailure } from '../netskope/describe-probe-failure';
import type { ProbeFailure } from '../netskope/probe-verdict';
import { endOfDayMs } from '../setup/tenant-answers';
import type { DoctorContext } from './doctor-context';
import type { Finding } from './finding';
import { bad, good, note } from './finding';

const MS_PER_DAY = 86_400_000;

/** Days that are left when the first expiry alarm fires. */
const FIRST_WARNING_DAYS = Math.max(
  ...SOURCE_ALARM_KINDS.map((kind) => Number(/^token-expiring-(\d+)$/.exec(kind)?.[1] ?? 0)),
);

/** Answers that Netskope gives only after it has accepted the token and its scope. */
const BEHIND_THE_SCOPE: ReadonlySet<ProbeFailure> = new Set(['index-busy']);
/** Transient answers that say nothing about the token. */
const PASSING: ReadonlySet<ProbeFailure> = new Set([
  'rate-limited',
  'netskope-failed',
  'no-answer',
  'answer-damaged',
]);

export async function checkSecret({ secret, secretContent, source }: DoctorContext): Promise<Finding> {
  const content = await secretContent();
  const setup = { whatToDo: `Fill it: npx netskope-audit setup ${source.sourceId}`, isDeadEnd: true };
  switch (content.kind) {
    case 'filled':
      return good(`${secret.name} holds domain and token for ${content.host}.`);
    case 'empty':
      return bad(`${secret.name} is empty: runs end quietly and collect nothing.`, setup);
    case 'unusable':
      return bad(`The collector cannot use what is there: ${content.reason}.`, setup);
    case 'unreadable':
      return note(`You may not read ${secret.name}, so the token cannot be tried from here.`, {
        whatToDo: `Have secretsmanager:GetSecretValue granted to your role, or ask somebody who has it.`,
        isDeadEnd: true,
      });
  }
}

export async function checkToken({ probe, deployment }: DoctorContext): Promise<Finding> {
  const { host, indexName, verdict } = await probe();
  if (verdict.kind === 'served') return good(`${host} accepts it.`);
  if (verdict.kind === 'scope-missing') return good(`${host} knows it.`);
  if (BEHIND_THE_SCOPE.has(verdict.kind))
    return good(`${host} accepts it, and is busy: ${verdict.received}.`);
  const { what, whatToDo } = describeProbeFailure(verdict, { feed: deployment.feed, host, indexName });
  const remedy = { whatToDo, isDeadEnd: true };
  return PASSING.has(verdict.kind) ? note(what, remedy) : bad(what, remedy);
}

export async function checkScope({ probe, deployment }: DoctorContext): Promise<Finding> {
  const { host, indexName, verdict } = await probe();
  if (verdict.kind === 'served' || BEHIND_THE_SCOPE.has(verdict.kind))
    return good('The token may read audit events.');
  const { what, whatToDo } = describeProbeFailure(verdict, { feed: deployment.feed, host, indexName });
  return bad(what, { whatToDo });
}

export async function checkExpiry({ secretContent, source, nowMs }: DoctorContext): Promise<Finding> {
  const content = await secretContent();
  const rotate = `npx netskope-audit setup ${source.sourceId} --token-expires-at <day>`;
  if (content.kind !== 'filled' || content.tokenExpiresOn === undefined)
    return note('Nobody knows when the token expires, so no alarm fires before.', {
      whatToDo: `Say it: ${rotate}`,
    });
  const { tokenExpiresOn } = content;
  const daysLeft = Math.floor((endOfDayMs(tokenExpiresOn) - nowMs()) / MS_PER_DAY);
  const remedy = { whatToDo: `Make a new token: ${rotate}` };
  if (daysLeft < 0) return bad(`By its secret the token expired on ${tokenExpiresOn}.`, remedy);
  const what = `The token expires on ${tokenExpiresOn}, in ${countOf(daysLeft, 'day')}.`;
  return daysLeft <= FIRST_WARNING_DAYS ? note(what, remedy) : good(what);
}
