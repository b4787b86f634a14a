import type { FeedName } from '../../contract/storage/archive-layout';

/** Where the objects of one source's feed are. */
export interface SourcePlace {
  readonly bucket: string;
  readonly feed: FeedName;
  readonly sourceId: string;
}
