import type { Feed } from './feed';
import schema from './netskope-audit.schema.json';
import validate from './netskope-audit.validator';

/** The admin actions of a tenant: every configuration change, login and API call of its administrators. */
export const AUDIT_FEED: Feed = {
  name: 'netskope_audit',
  shortName: 'audit',
  logType: 'Netskope.Audit',
  title: 'Netskope admin audit events',
  iteratorPath: '/api/v2/events/dataexport/events/audit',
  queryPath: '/api/v2/events/data/audit',
  schema,
  isMappedToOcsf: true,
  validate,
};
