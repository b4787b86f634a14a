/** A change of an object's value: one without `before` was added, one without `after` was deleted. */
export interface ValueChange {
  /** Keys from the object down to the value. */
  readonly path: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What an event of a kind may tell about the object that was changed. */
export interface ChangesOfKind {
  /** The kind of object, as in a change record's `type`. */
  readonly type: string;
  readonly modifyType: 'Created' | 'Edited' | 'Deleted';
  /** Changes that are made together; an event tells those of one list. */
  readonly ordinary: readonly (readonly ValueChange[])[];
  /** Changes that let through what was held back. */
  readonly weakening: readonly (readonly ValueChange[])[];
}

// Paths: Netskope's event schema has data, match_criteria_action, action_name; Sekoia's fixtures have exception/Domain and
// exception/Domain/Notes. The others are made up after them. Values have line breaks and addresses as those of samples.

const TWO_ADDRESSES = '192.0.2.77\n192.0.2.78';

const policyEdits: ChangesOfKind = {
  type: 'Policy',
  modifyType: 'Edited',
  ordinary: [
    [{ path: ['data', 'match_criteria_action', 'action_name'], before: 'alert', after: 'block' }],
    [{ path: ['policy', 'status'], before: 'disabled', after: 'enabled' }],
    [{ path: ['policy', 'source_addresses'], before: '192.0.2.77', after: TWO_ADDRESSES }],
    [
      { path: ['policy', 'users'], after: 'bob@example.org' },
      { path: ['policy', 'notes'], before: '', after: 'requested by\nchiara.ricci@corp.example' },
    ],
    [
      { path: ['policy', 'domain'], after: 'files.example.net' },
      { path: ['policy', 'domain'], before: 'www.example.net' },
    ],
  ],
  weakening: [
    [{ path: ['data', 'match_criteria_action', 'action_name'], before: 'block', after: 'allow' }],
    [{ path: ['policy', 'status'], before: 'enabled', after: 'disabled' }],
  ],
};

const policyCreations: ChangesOfKind = {
  type: 'Policy',
  modifyType: 'Created',
  ordinary: [
    [
      { path: ['data', 'match_criteria_action', 'action_name'], after: 'block' },
      { path: ['data', 'dlp_profile'], after: ['Payment cards'] },
    ],
  ],
  weakening: [],
};

const policyDeletions: ChangesOfKind = {
  type: 'Policy',
  modifyType: 'Deleted',
  ordinary: [
    [
      { path: ['data', 'match_criteria_action', 'action_name'], before: 'block' },
      { path: ['data', 'dlp_profile'], before: ['Payment cards'] },
    ],
  ],
  weakening: [],
};

const exceptions: ChangesOfKind = {
  type: 'Exception Configuration',
  modifyType: 'Edited',
  ordinary: [
    [
      { path: ['exception', 'Domain'], after: 'www.example.org' },
      { path: ['exception', 'Domain', 'Notes'], after: 'video calls\nask bob@example.org' },
    ],
    [{ path: ['exception', 'Destination IP'], after: TWO_ADDRESSES }],
    [{ path: ['exception', 'Domain'], before: 'cdn.example.com' }],
    [{ path: ['exception', 'Domain', 'Notes'], before: 'for a week', after: 'until\n2026-12-31' }],
  ],
  weakening: [],
};

const privateAppEdits: ChangesOfKind = {
  type: 'Private App',
  modifyType: 'Edited',
  ordinary: [
    [{ path: ['app', 'host'], before: 'wiki.corp.example', after: 'wiki.corp.example\nwiki-2.corp.example' }],
    [
      { path: ['app', 'port'], before: 443, after: 8443 },
      { path: ['app', 'publisher'], after: 'publisher-berlin' },
    ],
  ],
  weakening: [],
};

const profileChanges = (modifyType: ChangesOfKind['modifyType'], change: ValueChange): ChangesOfKind => ({
  type: 'Profile',
  modifyType,
  ordinary: [[change]],
  weakening: [],
});

const templateChanges = (modifyType: ChangesOfKind['modifyType'], change: ValueChange): ChangesOfKind => ({
  ...profileChanges(modifyType, change),
  type: 'RBI Template',
});

const adminEdits: ChangesOfKind = {
  type: 'Admin',
  modifyType: 'Edited',
  ordinary: [
    [{ path: ['admin', 'role'], before: 'Restricted Admin', after: 'Tenant Admin' }],
    [
      { path: ['admin', 'ip_allowlist'], before: '192.0.2.77', after: TWO_ADDRESSES },
      { path: ['admin', 'notes'], before: 'on call', after: 'stands in for\nbob@example.org' },
    ],
  ],
  weakening: [],
};

/** What an event may tell about its object, by the name of its kind; the details of the others are not known. */
export const changesByKind: ReadonlyMap<string, ChangesOfKind> = new Map([
  ['Created new inline policy', policyCreations],
  ['Edited inline policy', policyEdits],
  ['Deleted inline policy', policyDeletions],
  ['Edit introspection policy record', policyEdits],
  ['Edited Next Gen CASB API policy', policyEdits],
  ['Exception Configuration', exceptions],
  ['Edited private app segment', privateAppEdits],
  [
    'Pushed constraint profiles',
    profileChanges('Edited', { path: ['profile', 'accounts'], after: '*@corp.example' }),
  ],
  [
    'File Filter profile deleted',
    profileChanges('Deleted', { path: ['profile', 'extensions'], before: 'exe\nmsi' }),
  ],
  ['Created new rbi template', templateChanges('Created', { path: ['template', 'paste'], after: 'block' })],
  [
    'Edited rbi template',
    templateChanges('Edited', { path: ['template', 'paste'], before: 'allow', after: 'block' }),
  ],
  ['Deleted rbi template', templateChanges('Deleted', { path: ['template', 'paste'], before: 'block' })],
  ['Edit admin record', adminEdits],
  ['Edited SSO Admin Record', adminEdits],
]);
