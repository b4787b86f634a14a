import { apiCallOf } from '../../../lambdas/detector/core/event/api-call';
import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { apiAttributesOf } from './api-attributes';
import type { Classification } from './classification';
import { classificationOf, ruleOf } from './classification';
import { entityAttributesOf } from './entity-attributes';
import { integerOf } from './integer-of';
import type { OcsfMetadata } from './metadata';
import { metadataOf, PRODUCT } from './metadata';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION } from './ocsf-classes';
import type { Outcome } from './outcome';
import { outcomeOf } from './outcome';
import type { Severity } from './severity';
import { severityOf } from './severity';
import { unmappedFieldsOf } from './unmapped-fields';
import { actorOf, authenticatedUserOf, changedUserOf } from './users';

/** An event of OCSF 1.5.0. Attributes of its class stand beside these. What is undefined is absent from JSON. */
export interface OcsfEvent extends Classification, Severity, Outcome {
  /** Unix milliseconds. */
  readonly time: number;
  /** What was done, in Netskope's words. */
  readonly message: string | undefined;
  /** How many occurrences the event stands for. */
  readonly count: number | undefined;
  readonly metadata: OcsfMetadata;
  /** Netskope's fields that no attribute carries. */
  readonly unmapped: Readonly<Record<string, unknown>> | undefined;
  /** The event as Netskope sent it: the only place where integers above 2^53 are exact. */
  readonly raw_data: string;
  readonly [attribute: string]: unknown;
}

/**
 * The event in OCSF. What it does not say is left out, or `Unknown` where its class requires it (OCSF documentation,
 * "Understanding OCSF").
 * @param rawData the event's own text
 */
export function ocsfEventOf(event: ArchivedEvent, rawData: string): OcsfEvent {
  const call = ruleOf(event.name).ocsfClass === API_ACTIVITY ? apiCallOf(event) : undefined;
  const classification = classificationOf(event.name, call?.method);
  return {
    ...classification,
    time: event.timeS * 1000,
    ...severityOf(event.fields.severity_level),
    ...outcomeOf(event, call),
    message: event.name === '' ? undefined : event.name,
    count: integerOf(event.fields.count),
    metadata: metadataOf(event),
    actor: actorOf(event),
    src_endpoint: event.sourceAddresses.length === 0 ? undefined : { ip: event.sourceAddresses[0] },
    ...attributesOfClass(classification.class_uid, event),
    unmapped: unmappedFieldsOf(event),
    raw_data: rawData,
  };
}

function attributesOfClass(classUid: number, event: ArchivedEvent): Readonly<Record<string, unknown>> {
  switch (classUid) {
    case API_ACTIVITY.uid:
      return apiAttributesOf(event);
    case ACCOUNT_CHANGE.uid:
      return { user: changedUserOf(event) };
    case AUTHENTICATION.uid:
      return { user: authenticatedUserOf(event), service: { name: PRODUCT.name } };
    default:
      return entityAttributesOf(event);
  }
}
