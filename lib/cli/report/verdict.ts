import type { ChainFindingKind } from '../../../lambdas/verifier/core/chain-check';
import { countOf, formatCount } from '../../format/quantities';
import { ExitCode } from '../operator-error';
import { sumOf } from './bins';
import type { NotChecked, Outcome, Report, ReportedChain } from './report';

type ClaimResult = 'kept' | 'broken' | 'not checked';

/** One promise about the archive, and what the check of it found. */
export interface Claim {
  readonly claim: string;
  readonly how: string;
  readonly result: ClaimResult;
  readonly finding: string;
}

/** The claims of a report as a whole. */
export interface Verdict {
  readonly result: ClaimResult;
  /** A sentence. */
  readonly words: string;
}

export function claimsOf(report: Report): readonly Claim[] {
  const { hours, netskope } = report;
  const sums = hours.isChecked ? sumOf(hours.hours) : undefined;
  return [
    {
      claim: 'Every event of the period that Netskope has is stored, in the archive or in quarantine.',
      how: 'Event by event, against another endpoint of Netskope than the collector reads.',
      ...countedResult(sums?.missing, 'missing event', netskope),
    },
    {
      claim: 'Every stored event of the period is one that Netskope has.',
      how: 'By the same comparison.',
      ...countedResult(sums?.extra, 'extra event', netskope),
    },
    {
      claim: 'No event of the period is archived twice.',
      how: 'By id and content of all archived events of an hour.',
      ...countedResult(sums?.doubled, 'second copy', hours, 'second copies'),
    },
    {
      claim: 'No stored object was altered, removed or added since it was written.',
      how: 'Every object of the source, of all time, was read and held against the hash chain.',
      ...chainResult(report.chain),
    },
  ];
}

export function verdictOf(claims: readonly Claim[]): Verdict {
  const broken = claims.filter(({ result }) => result === 'broken').map(({ finding }) => finding);
  if (broken.length > 0) return { result: 'broken', words: `A promise is broken: ${broken.join('; ')}.` };
  const unchecked = claims.filter(({ result }) => result === 'not checked').length;
  if (unchecked > 0)
    return {
      result: 'not checked',
      words: `Nothing was found that breaks a promise, but ${unchecked} of ${claims.length} claims could not be checked.`,
    };
  return {
    result: 'kept',
    words: 'Every event that Netskope has of this period is stored, once, and nothing stored was changed.',
  };
}

/** That of a finding, or else of the first check that could not be made. */
export function exitCodeOf(report: Report): ExitCode {
  if (verdictOf(claimsOf(report)).result === 'broken') return ExitCode.Finding;
  return notCheckedIn(report).find(({ exitCode }) => exitCode !== undefined)?.exitCode ?? ExitCode.Done;
}

/** The checks that were not made, with what they are about. */
export function notCheckedIn(report: Report): readonly (NotChecked & { readonly what: string })[] {
  const { hours, netskope, chain, quarantine, status, alarmHistory, alerts, tenant } = report;
  const outcomes: readonly (readonly [string, Outcome<object>])[] = [
    ['Comparison with Netskope', netskope],
    ['Stored events', hours],
    ['Hash chain', chain],
    ['Quarantine', quarantine],
    ['Alarms, conflicts and editions', status],
    ['Alarms of the period', alarmHistory],
    ['Alerts', alerts],
    ['Domain of the tenant', tenant],
  ];
  return outcomes.flatMap(([what, outcome]) => (outcome.isChecked ? [] : [{ ...outcome, what }]));
}

function countedResult(
  count = 0,
  noun: string,
  check: Outcome<object>,
  plural = `${noun}s`,
): Pick<Claim, 'result' | 'finding'> {
  if (!check.isChecked) return { result: 'not checked', finding: check.why };
  if (count === 0) return { result: 'kept', finding: `no ${noun}` };
  return { result: 'broken', finding: `${formatCount(count)} ${count === 1 ? noun : plural}` };
}

function chainResult(chain: Outcome<ReportedChain>): Pick<Claim, 'result' | 'finding'> {
  if (!chain.isChecked) return { result: 'not checked', finding: chain.why };
  const { lines, objects, alerts: { older = 0 } = {} } = chain.stock;
  const checked = `${countOf(lines, 'line')} and ${countOf(objects, 'object')}`;
  const unlisted = older === 0 ? '' : `; ${countOf(older, 'alert')} from before a chain listed them`;
  if (chain.findings.length === 0)
    return { result: 'kept', finding: `${checked}, each as it was written${unlisted}` };
  const counts = [...findingCounts(chain)].map(([kind, count]) => `${formatCount(count)} ${kind}`);
  return { result: 'broken', finding: `${counts.join(', ')} among ${checked}` };
}

function findingCounts({ findings }: ReportedChain): ReadonlyMap<ChainFindingKind, number> {
  const counts = new Map<ChainFindingKind, number>();
  for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
