/** What a rule of one's own may import, as `netskope-audit-collector/rules`. */
export type { AlertRecord, Severity } from '../contract/storage/alert-record';
export type { Change } from '../shared/changes';
export type { ApiCall } from './core/event/api-call';
export { apiCallInWords, apiWriteOf, isSuccess, kindOfPath } from './core/event/api-call';
export type { ArchivedEvent } from './core/event/archived-event';
export * from './core/event/event-names';
export { networkOf, sourceNetworkOf } from './core/event/network';
export type { Weakening } from './core/event/policy-strength';
export { letsThrough, weakeningsIn } from './core/event/policy-strength';
export { isOnAnother, isOnOneself } from './core/event/targets';
export type { Group, GroupBy } from './core/rule/group';
export { bySourceAddress, byTenant, byUser, byUserAnd, byUserAndEvent } from './core/rule/group';
export type { RuleDefinition } from './core/rule/define-rule';
export { defineRule } from './core/rule/define-rule';
export type { Rule } from './core/rule/rule';
