import type { FeedSchema } from '../../../contract/feed/feed';
import { IndicatorFinder } from './indicators';
import { ChangeFinder } from './stored-changes';
import type { PlacedEvent } from './validate';

/** The added fields of a record that follow from the content of its event: indicators and changes. */
export class ContentFields {
  private readonly indicators: IndicatorFinder;
  private readonly changes: ChangeFinder;

  constructor(schema: FeedSchema) {
    this.indicators = new IndicatorFinder(schema);
    this.changes = new ChangeFinder(schema);
  }

  /** @returns a part of a JSON object, each field with a comma before it; empty if there is no such field */
  of(event: PlacedEvent): string {
    const { emails, usernames, ipAddresses, domainNames } = this.indicators.find(event);
    const changes = this.changes.find(event);
    return (
      jsonList('p_any_emails', emails) +
      jsonList('p_any_usernames', usernames) +
      jsonList('p_any_ip_addresses', ipAddresses) +
      jsonList('p_any_domain_names', domainNames) +
      (changes.length === 0 ? '' : `,"p_changes":${JSON.stringify(changes)}`)
    );
  }
}

function jsonList(name: string, values: readonly string[]): string {
  if (values.length === 0) return '';
  let text = `,"${name}":["${escapeJson(values[0] ?? '')}"`;
  for (let i = 1; i < values.length; i++) text += `,"${escapeJson(values[i] ?? '')}"`;
  return `${text}]`;
}

/** Nothing that JSON must escape, and nothing that UTF-8 cannot hold (lone surrogates). */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-\u007e]*$/;

/** A text as it stands between the quotes of a JSON string. */
export function escapeJson(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? text : JSON.stringify(text).slice(1, -1);
}
