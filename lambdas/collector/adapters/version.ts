import { version } from '../../../package.json';

/** Version of this collector: in the User-Agent, in checkpoints, and in the metadata of archived and quarantined objects. */
export const COLLECTOR_VERSION = version;
