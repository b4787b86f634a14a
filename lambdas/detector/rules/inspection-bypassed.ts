import type { Change } from '../../shared/changes';
import type { ArchivedEvent } from '../core/event/archived-event';
import {
  isAboutBypass,
  isChange,
  isDeletion,
  isExceptionConfiguration,
  isSwitchedOff,
} from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAnd } from '../core/rule/group';

const DECRYPTION = /\b(?:ssl|tls|decryption)\b/i;
const DO_NOT_DECRYPT = /^(?:do[ _-]?not[ _-]?decrypt|bypass)$/i;
const REMARK = /(?:^|\.)(?:notes?|descriptions?|comments?|names?)$/i;

/** A whole top-level domain, category or application, or a network larger than /16. */
const BROAD = /^\*?\.?[^.:]+$|\/(?:\d|1[0-5])$/;

const MAX_SHOWN = 3;

/** Stands for a value that is no text. */
const SOMETHING = '…';

/** The texts that a value consists of: lists come as lines of a text, too. */
function linesOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values
    .flatMap((part) => {
      if (typeof part === 'string') return part.split('\n');
      return typeof part === 'object' && part !== null ? [SOMETHING] : [];
    })
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function added({ path, before, after }: Change): readonly string[] {
  if (REMARK.test(path)) return [];
  const known = new Set(linesOf(before));
  return linesOf(after).filter((line) => line === SOMETHING || !known.has(line));
}

function isBroad(line: string): boolean {
  return line !== SOMETHING && BROAD.test(line);
}

/** What bypasses inspection from now on; undefined if the event does not tell. */
function additions({ changes }: ArchivedEvent): readonly string[] | undefined {
  const told = changes.filter(({ path }) => path !== '');
  return told.length === 0 ? undefined : told.flatMap(added);
}

function matches(event: ArchivedEvent): boolean {
  if (isDeletion(event) || isSwitchedOff(event)) return false;
  if (isExceptionConfiguration(event) || (isAboutBypass(event) && isChange(event)))
    return additions(event)?.length !== 0;
  return (
    DECRYPTION.test(event.name) &&
    isChange(event) &&
    additions(event)?.some((line) => DO_NOT_DECRYPT.test(line)) === true
  );
}

export const inspectionBypassed = defineRule({
  id: 'inspection-bypassed',
  title: 'Traffic bypasses inspection',
  description:
    'An exception was added: the traffic goes past Netskope or stays encrypted, by default without a record. An intruder does so to take data out unseen.',
  severity: (event) => (additions(event)?.some(isBroad) === true ? 'high' : 'medium'),
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  matches,
  groupBy: byUserAnd('exceptions of', ({ targets }) => targets.join(', ')),
  what: (event) => {
    const lines = additions(event) ?? [];
    const more = lines.length > MAX_SHOWN ? `, and ${lines.length - MAX_SHOWN} more` : '';
    return lines.length === 0 ? event.name : `${event.name}: ${lines.slice(0, MAX_SHOWN).join(', ')}${more}`;
  },
  runbook:
    'Find the change request, and see whose domain or address it is. If there is none, remove the exception, ask the one who ' +
    'added it, and look in your firewall for what went there meanwhile.',
  supersedes: ['new-kind-of-action', 'policy-weakened'],
  limits:
    'Of such events only "Exception Configuration" is documented; others are found by words such as bypass, exception and do ' +
    'not decrypt. Without details, the removal of an exception looks like an addition.',
  examples: {
    mustMatch: {
      "a domain is added, as in Sekoia's fixture": {
        audit_log_event: 'Exception Configuration',
        supporting_data: { data_type: 'config', data_values: ['Domains updated in steering config Partner'] },
        details: String.raw`[{"name":"Partner","type":"Exception Configuration","modify_type":"Edited","diff":{"key":"","added":[{"key":"exception\/Domain","value":"www.example.org"}],"changed":[]}}]`,
      },
      'a domain is added to a list': {
        audit_log_event: 'Exception Configuration',
        details: [
          {
            name: 'Partner',
            diff: { key: 'exception/Domain', changed: ['a.example', 'a.example\nb.example'] },
          },
        ],
      },
      'a list of domains is added, in a form that nobody has documented': {
        audit_log_event: 'Exception Configuration',
        details: [
          { name: 'Partner', diff: { added: [{ key: 'exception', value: [{ host: 'a.example' }] }] } },
        ],
      },
      'the same, to a list that had some': {
        audit_log_event: 'Exception Configuration',
        details: [
          { name: 'Partner', diff: { key: 'exception', value1: [{ host: 'a' }], value2: [{ host: 'b' }] } },
        ],
      },
      'without details': { audit_log_event: 'Exception Configuration' },
      'a bypass is created': { audit_log_event: 'Created SSL bypass' },
      'a rule not to decrypt is created': { audit_log_event: 'Created new Do Not Decrypt policy' },
      'a decryption policy is created that does not decrypt': {
        audit_log_event: 'Created new SSL decryption policy',
        details: [
          {
            name: 'Banks',
            diff: {
              added: [
                { key: 'action', value: 'Do Not Decrypt' },
                { key: 'order', value: 'first' },
              ],
            },
          },
        ],
      },
    },
    mustNotMatch: {
      'a domain is removed': {
        audit_log_event: 'Exception Configuration',
        details: [
          { name: 'Partner', diff: { deleted: [{ key: 'exception/Domain', value: 'www.example.org' }] } },
        ],
      },
      'a domain is removed from a list': {
        audit_log_event: 'Exception Configuration',
        details: [
          {
            name: 'Partner',
            diff: { key: 'exception/Domain', changed: ['a.example\nb.example', 'b.example'] },
          },
        ],
      },
      'a note is changed': {
        audit_log_event: 'Exception Configuration',
        details: [
          { name: 'Partner', diff: { key: 'exception/Domain/Notes', changed: ['for a week', 'for a day'] } },
        ],
      },
      'a bypass is deleted': { audit_log_event: 'Deleted SSL bypass' },
      'a bypass is switched off': { audit_log_event: 'Disabled SSL bypass' },
      'a decryption policy is created that decrypts': {
        audit_log_event: 'Created new SSL decryption policy',
        details: [{ name: 'Banks', diff: { added: [{ key: 'action', value: 'Decrypt' }] } }],
      },
      'a policy is created': { audit_log_event: 'Created new inline policy' },
      'a policy is created, with a word that would matter elsewhere': {
        audit_log_event: 'Created new inline policy',
        details: [{ name: 'Banks', diff: { added: [{ key: 'action', value: 'bypass' }] } }],
      },
      'a decryption policy is created, without details': {
        audit_log_event: 'Created new SSL decryption policy',
      },
      'a decryption policy is looked at': {
        audit_log_event: 'Viewed SSL decryption policy',
        details: [{ name: 'Banks', diff: { added: [{ key: 'action', value: 'bypass' }] } }],
      },
    },
  },
});
