/** What EventBridge says of an object that was stored (Amazon S3 User Guide, "EventBridge event message structure"). */
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

/** File beside the detector's code that holds the configuration of detection, as JSON; without it the pack runs untuned. */
export const DETECTION_FILE = 'detection.json';
