import type { AlreadyStored } from '../../lambdas/collector/core/page/already-stored';
import type { Page } from '../../lambdas/collector/core/page/envelope';
import { readEnvelope } from '../../lambdas/collector/core/page/envelope';
import type { ValidatedPage } from '../../lambdas/collector/core/page/validated-page';
import { validatedPage } from '../../lambdas/collector/core/page/validated-page';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';

/** A login in Netskope's form, with the given differences; `undefined` leaves a field out. */
export function login(id: string, timestampS: number, different: Readonly<Record<string, unknown>> = {}) {
  return {
    _id: id,
    timestamp: timestampS,
    type: 'admin_audit_logs',
    user: 'a@example.org',
    audit_log_event: 'Login Successful',
    supporting_data: { data_type: 'user', data_values: ['192.0.2.7', 'a@example.org'] },
    ...different,
  };
}

/** The same login in a simulated tenant, visible from the second in which it happened. */
export function simulatedLogin(
  id: string,
  timestampS: number,
  different: Readonly<Record<string, unknown>> = {},
): SimulatedEvent {
  const text = JSON.stringify(login(id, timestampS, different));
  return { text, id, timestampS, insertedAtS: timestampS };
}

/** A page of these events, each with exactly this text or these bytes. @throws Error if that is not a page */
export function pageOf(events: readonly (string | Buffer)[]): Page {
  const separated = events.flatMap((event, place) => [
    Buffer.from(place === 0 ? '' : ','),
    Buffer.from(event),
  ]);
  const body = Buffer.concat([Buffer.from('{"ok":1,"result":['), ...separated, Buffer.from(']}')]);
  const envelope = readEnvelope(AUDIT_FEED, body, 'sha256-of-the-body');
  if (envelope.kind !== 'page') throw new Error(`expected a page, received ${JSON.stringify(envelope)}`);
  return envelope.page;
}

/** A page of these events, each of them validated. */
export function validated(...events: readonly object[]): ValidatedPage {
  return validatedPage(pageOf(events.map((event) => JSON.stringify(event))));
}

/** What a comparison says of a page of which the archive holds nothing. */
export const NOTHING_STORED: AlreadyStored = {
  earlier: new Set(),
  unfinished: new Set(),
  standings: new Map(),
  emptyHours: new Set(),
  uncounted: [],
  foreign: [],
};
