import { AUDIT_FEED } from './audit';
import type { Feed } from './feed';

/** The feed that a deployment collects, searches and shows. Entry points hand it on as a parameter. */
export const COLLECTED_FEED: Feed = AUDIT_FEED;
