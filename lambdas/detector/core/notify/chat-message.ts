import { ALERT_EVENT } from '../../../contract/deployment/detector-event';
import type { AlertRecord } from '../../../contract/storage/alert-record';
import { mostUrgent } from '../../../contract/storage/alert-record';
import { alertFacts } from '../alert/alert-text';
import { harmless } from '../alert/safe-text';
import type { SearchPlace } from './message';
import { eventsPlace, listText, mostTelling, onlyAlert, rulesOf, subjectText } from './message';
import type { AlertMessage } from './outbox';

/**
 * Limits in characters. Those of title and next step are what other publishers of custom notifications keep to. A
 * description fits into one text object of Slack, of at most 3,000 ("Text object", docs.slack.dev).
 */
const MAX_TITLE_LENGTH = 250;
const MAX_DESCRIPTION_LENGTH = 2_900;
const MAX_STEP_LENGTH = 350;

/** The custom notification as Amazon Q Developer takes it. */
interface CustomNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    /** Notifications with the same one are a thread of the channel, if its preferences allow threads. */
    readonly threadId?: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/**
 * A message for a chat channel, in the only form in which Amazon Q Developer passes on what is not from AWS (Amazon Q
 * Developer in chat applications administrator guide, "Custom notifications": `version` must be 1.0, `source` must be
 * custom, and `client-markdown`, which each chat renders in its own way, is the only `textType`).
 * @param alerts records of the alerts; none for a digest
 * @returns JSON
 */
export function chatMessageOf(
  sourceId: string,
  message: AlertMessage,
  alerts: readonly AlertRecord[],
  place: SearchPlace,
): string {
  const { kind, id, incidentId, alerts: listed } = message;
  const severity = mostUrgent(listed.map((alert) => alert.severity));
  const title = shown(subjectText(message, mostTelling(alerts)), MAX_TITLE_LENGTH);
  const only = onlyAlert(message, alerts);
  const lines = only === undefined ? listText(message) : alertFacts(only);
  const body: CustomNotification = {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title,
      description: shown(lines.join('\n'), MAX_DESCRIPTION_LENGTH),
      nextSteps: nextSteps(alerts, place),
      keywords: [severity, sourceId, ...rulesOf(alerts)],
    },
    metadata: {
      threadId: incidentId,
      summary: title,
      eventType: ALERT_EVENT.detailType,
      relatedResources: alerts.map(({ alert_id: alertId }) => alertId),
      additionalContext: { source: sourceId, severity, kind },
    },
  };
  return JSON.stringify(body);
}

/** They hold nothing of an event, so that the address is a link. */
function nextSteps([first]: readonly AlertRecord[], place: SearchPlace): readonly string[] {
  const { stack: name = place.deployment } = place;
  const stack = name === undefined ? '' : ` --stack ${name}`;
  const command = first === undefined ? 'list' : `show ${first.alert_id}`;
  return [
    `Details: npx --no -- netskope-audit alerts ${command}${stack}`,
    `Events: ${eventsPlace(place)}`,
  ].map((step) => step.slice(0, MAX_STEP_LENGTH));
}

function shown(text: string, maxLength: number): string {
  return plainInChat(text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text);
}

/** Characters that mark formatting, a link or a mention in Slack or Teams, and others that look alike. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  _: '＿',
  '~': '∼',
  '`': 'ˋ',
  '[': '［',
  ']': '］',
  '|': '｜',
  '\\': '＼',
  '@': '＠',
  '#': '＃',
};

/**
 * Text that a chat shows as it is: whoever names an object or enters a user name at a login must not call the channel, nor
 * put a link under the name of this system. No escape works in Slack and in Teams, and Slack has none for formatting and
 * turns bare addresses, channel names and mentions into links by itself ("Formatting message text" and "Text object",
 * `verbatim`, docs.slack.dev; "Format cards in Teams", learn.microsoft.com). So characters are replaced by others that look
 * alike; the alert's record has the real ones. All of the text is, so that no part of it can be forgotten.
 */
export function plainInChat(text: string): string {
  const unlinked = harmless(text)
    .replace(/&(?=#?\w+;)/g, '＆')
    .replace(/:(?=[\w+'-]*[g-z][\w+'-]*:)/gi, '：')
    .replaceAll('://', ':⁄⁄')
    .replace(/(?<=[\p{L}\p{N}-])\.(?=\p{L})/gu, '․');
  return Object.entries(LOOK_ALIKES).reduce(
    (text, [character, lookAlike]) => text.replaceAll(character, lookAlike),
    unlinked,
  );
}
