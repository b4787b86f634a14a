/** What EventBridge says about a new object (Amazon S3 User Guide, "EventBridge event message structure"). */
export const OBJECT_CREATED = { source: 'aws.s3', detailType: 'Object Created' } as const;

/**
 * The part of that event the detector reads. Each message of its queue has one as its body. Unlike in S3's own
 * notifications, the key is not URL-encoded.
 */
export interface ObjectCreatedEvent {
  readonly source: typeof OBJECT_CREATED.source;
  readonly 'detail-type': typeof OBJECT_CREATED.detailType;
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string };
  };
}

/** JSON file next to the detector's code with the detection settings; without it, all rules have their defaults. */
export const DETECTION_FILE = 'detection.json';

/**
 * The message that makes the detector do what is due without any event: close windows, send what has waited. A schedule
 * puts it into the queue.
 */
export const SWEEP = { source: 'netskope-audit.detection', detailType: 'Sweep' } as const;
/** Follow-ups and digests are late by this much at most. */
export const SWEEP_MINUTES = 5;

/** Each alert and each of its updates on the event bus; its detail is the `AlertRecord`. */
export const ALERT_EVENT = { source: 'netskope-audit', detailType: 'Netskope Audit Alert' } as const;
