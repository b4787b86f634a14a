import { readArchivedEvent } from '../../../../lambdas/detector/core/event/archived-event';
import { policyWeakened } from '../../../../lambdas/detector/rules/policy-weakened';
import { changesIn } from '../../../../lambdas/shared/changes';
import {
  detailsOf,
  type DetailsShape,
} from '../../../../lib/local/netskope-simulator/events/audit-event-details';
import { generateAuditEvents } from '../../../../lib/local/netskope-simulator/events/audit-events';
import { mulberry32 } from '../../../../lib/local/netskope-simulator/events/random';
import { archivedRecord } from '../../../detector/archived';

// Monday 2026-11-16 to Monday 2026-11-23, 00:00 UTC.
const WEEK = { fromEpochS: 1_794_787_200, toEpochS: 1_795_392_000 };

interface Generated {
  readonly audit_log_event: string;
  readonly supporting_data?: { readonly data_values: readonly unknown[] };
  readonly details?: unknown;
  readonly [field: string]: unknown;
}

const events = generateAuditEvents({ seed: 1, count: 40_000, anomalyShare: 0, ...WEEK }).map(
  ({ text }) => JSON.parse(text) as Generated,
);
const detailed = events.filter(({ details }) => details !== undefined);

test('details are told by events that change something, and by about a third of those', () => {
  const names = new Set(detailed.map(({ audit_log_event }) => audit_log_event));
  expect([...names].sort()).toEqual([
    'Created new inline policy',
    'Created new rbi template',
    'Deleted inline policy',
    'Deleted rbi template',
    'Edit admin record',
    'Edit introspection policy record',
    'Edited Next Gen CASB API policy',
    'Edited SSO Admin Record',
    'Edited inline policy',
    'Edited private app segment',
    'Edited rbi template',
    'Exception Configuration',
    'File Filter profile deleted',
    'Pushed constraint profiles',
  ]);
  const edits = events.filter(({ audit_log_event }) => audit_log_event === 'Edited inline policy');
  const share = edits.filter(({ details }) => details !== undefined).length / edits.length;
  expect(share).toBeCloseTo(0.35, 1);
});

test('details are about the object that the values name', () => {
  const withoutObject: unknown[] = [];
  for (const { supporting_data, details } of detailed) {
    const values = JSON.stringify(supporting_data?.data_values ?? []);
    for (const { object } of changesIn(structuredClone(details)))
      if (object !== '' && supporting_data !== undefined && !values.includes(object))
        withoutObject.push(object);
  }
  expect(withoutObject).toEqual([]);
});

test('every shape occurs', () => {
  const shapeOf = (details: unknown) => {
    if (Array.isArray(details)) return details.length > 0 ? 'list' : 'empty list';
    if (typeof details !== 'string') return 'object';
    return details.startsWith('[{') ? 'JSON text' : 'sentence';
  };
  expect([...new Set(detailed.map(({ details }) => shapeOf(details)))].sort()).toEqual([
    'JSON text',
    'empty list',
    'list',
    'object',
    'sentence',
  ]);
});

test('few policies are weakened, each by an event that edits it and says so', () => {
  const weakened = events.flatMap((fields) => {
    const event = readArchivedEvent(archivedRecord(fields));
    return event !== undefined && policyWeakened.matches(event) ? [fields] : [];
  });
  expect(weakened.length).toBeGreaterThan(2);
  expect(weakened.length).toBeLessThan(detailed.length / 20);
  expect(weakened.filter(({ audit_log_event }) => !/^Edit.* policy\b/.test(audit_log_event))).toEqual([]);
  for (const { details } of weakened)
    expect(JSON.stringify(details)).toMatch(/block.*allow|enabled.*disabled/);
});

const EXCEPTION = {
  kindName: 'Exception Configuration',
  objectName: 'Default tenant config',
  user: 'alice.meyer@corp.example',
};

/** The details of many events that differ in chance only. */
function written(shape: DetailsShape): readonly string[] {
  return Array.from({ length: 200 }, (_, seed) => {
    const details = detailsOf(EXCEPTION, shape, mulberry32(seed));
    return typeof details === 'string' ? details : JSON.stringify(details);
  });
}

test.each<[string, DetailsShape, string]>([
  [
    'as in a fixture, with each solidus escaped',
    'json-text',
    String.raw`[{"name":"Default tenant config","type":"Exception Configuration","modify_type":"Edited","diff":{"key":"","added":[{"key":"exception\/Domain","value":"www.example.org"},{"key":"exception\/Domain\/Notes","value":"video calls\nask bob@example.org"}],"changed":[]}}]`,
  ],
  [
    'with the at sign as an escape',
    'json-text',
    String.raw`[{"name":"Default tenant config","type":"Exception Configuration","modify_type":"Edited","diff":{"key":"","added":[{"key":"exception\/Domain","value":"www.example.org"},{"key":"exception\/Domain\/Notes","value":"video calls\nask bob\u0040example.org"}],"changed":[]}}]`,
  ],
  [
    'nested key by key',
    'list',
    String.raw`[{"name":"Default tenant config","type":"Exception Configuration","modify_type":"Edited","diff":{"key":"","added":[],"changed":[{"key":"exception","added":[{"key":"Destination IP","value":"192.0.2.77\n192.0.2.78"}],"changed":[]}]},"last_modified_by":"alice.meyer@corp.example"}]`,
  ],
  [
    'joined by dots, with what was removed',
    'object',
    String.raw`{"name":"Default tenant config","diff":{"key":"","added":[],"changed":[],"removed":[{"key":"exception.Domain","value":"cdn.example.com"}]}}`,
  ],
  [
    'with a value before and after',
    'object',
    String.raw`{"name":"Default tenant config","diff":{"key":"","added":[],"changed":[{"key":"exception.Domain.Notes","value1":"for a week","value2":"until\n2026-12-31"}]}}`,
  ],
  [
    'with both values in a list',
    'object',
    String.raw`{"name":"Default tenant config","diff":{"key":"","added":[],"changed":[{"key":"exception/Domain/Notes","changed":["for a week","until\n2026-12-31"]}]}}`,
  ],
  ['in a sentence', 'sentence', 'Default tenant config: Domain "cdn.example.com" deleted'],
  ['empty', 'empty-list', '[]'],
])('details are written %s', (_how, shape, text) => {
  expect(written(shape)).toContain(text);
});

test('an event of a kind without details has none', () => {
  expect(() => detailsOf({ ...EXCEPTION, kindName: 'Login Failed' }, 'list', mulberry32(1))).toThrow(
    'Events of the kind "Login Failed" have no details; expected one that has',
  );
});
