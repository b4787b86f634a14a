import type { SimulatorPaths } from '../simulator-options';

/** Paths of the audit events in the Netskope REST API v2. */
export const AUDIT_PATHS: SimulatorPaths = {
  iterator: '/api/v2/events/dataexport/events/audit',
  query: '/api/v2/events/data/audit',
};
