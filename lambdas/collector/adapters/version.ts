import { version } from '../../../package.json';

/** Version of this collector: in the User-Agent and in the metadata of archived and quarantined objects. */
export const COLLECTOR_VERSION = version;
