import type { FeedSchema } from '../../../contract/feed/feed';
import { ByteBuilder } from '../../../shared/byte-builder';
import { KnownForms } from './form/known-forms';

/**
 * What is kept from one page of a feed to the next: the forms of its events, and memory that every page uses again. New memory
 * for each page, outside of V8's heap, would make a full collection of the heap due with each page.
 */
export class PageMemory {
  /** The body as it was received. */
  readonly received = new ByteBuilder();
  /** The decompressed body. */
  readonly body = new ByteBuilder();
  /** What the records add because of what the events say. */
  readonly content = new ByteBuilder();

  constructor(
    schema: FeedSchema,
    readonly forms = new KnownForms(schema),
  ) {}
}
