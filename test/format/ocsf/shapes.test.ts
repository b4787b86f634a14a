import { ocsfOf } from './archived-records';

describe('the severity', () => {
  it.each([
    [1, 4, 'High'],
    [2, 3, 'Medium'],
    [3, 2, 'Low'],
    ['2', 3, 'Medium'],
    ['low', 2, 'Low'],
    ['High', 4, 'High'],
    [7, 99, '7'],
    [undefined, 0, 'Unknown'],
    ['', 0, 'Unknown'],
    [true, 0, 'Unknown'],
  ])('of level %j is %i, %s', (severity_level, id, caption) => {
    expect(ocsfOf({ severity_level })).toMatchObject({ severity_id: id, severity: caption });
  });
});

describe('the status', () => {
  const call = (data_values: unknown) => ({
    audit_log_event: 'Rest API V2 Call',
    supporting_data: { data_type: 'incidents', data_values },
  });

  it.each([
    [{ audit_log_event: 'SSO Login Failed' }, 'Failure'],
    [{ audit_log_event: 'Access Denied' }, 'Failure'],
    [{ audit_log_event: 'Password Change Failed Attempt' }, 'Failure'],
    [{ audit_log_event: 'Account activation link validation failed' }, 'Failure'],
    [{ audit_log_event: 'Admin logged out because of successive login failures' }, 'Success'],
    [{ audit_log_event: 'Edit admin record' }, 'Success'],
    [{ audit_log_event: '' }, 'Unknown'],
    [call([399, 'GET', '/api/v2/incidents']), 'Success'],
    [call([400, 'GET', '/api/v2/incidents']), 'Failure'],
    [call([]), 'Unknown'],
  ])('of %j is %s', (event, status) => {
    expect(ocsfOf(event)).toMatchObject({ status });
  });

  it('says the reason that Netskope gives', () => {
    const supporting_data = { data_type: 'reason', data_values: ['Logged out due to inactivity'] };
    expect(ocsfOf({ audit_log_event: 'Logout Successful', supporting_data })).toMatchObject({
      status_detail: 'Logged out due to inactivity',
      user: { name: 'a@example.org' },
    });
  });
});

describe('an API call', () => {
  const callOf = (...data_values: unknown[]) =>
    ocsfOf({ audit_log_event: 'Rest API V2 Call', user: 'redacted', supporting_data: { data_values } });

  it('is Other for POST, which Netskope also queries with, and keeps the event as the name of the activity', () => {
    expect(callOf(200, 'POST', '/api/v2/incidents/uba/getuci')).toMatchObject({
      activity_id: 99,
      activity_name: 'Rest API V2 Call',
      type_name: 'API Activity: Other',
      api: { operation: 'POST', response: { code: 200 } },
    });
  });

  it('with PATCH names the method as operation only: OCSF 1.5.0 has no such method', () => {
    const { activity_name, api, http_request } = callOf(200, 'PATCH', '/api/v2/policy/urllist/17');
    expect(activity_name).toBe('Update');
    expect(api).toEqual({ operation: 'PATCH', response: { code: 200 } });
    expect(http_request).toEqual({ url: { path: '/api/v2/policy/urllist/17' } });
  });

  it('of which nothing is known has what the class requires', () => {
    const { actor, api, http_request, src_endpoint } = callOf();
    expect({ actor, api, http_request, src_endpoint }).toEqual({
      actor: { user: { name: 'Unknown' } },
      api: { operation: 'Unknown' },
      http_request: undefined,
      src_endpoint: { name: 'Unknown' },
    });
  });
});

describe('a user', () => {
  it('that Netskope hides is no actor, and stays among the unmapped fields', () => {
    const { actor, user, unmapped } = ocsfOf({ user: 'redacted' });
    expect(actor).toBeUndefined();
    expect(user).toEqual({ name: 'a@example.org', email_addr: 'a@example.org' });
    expect(unmapped).toMatchObject({ user: 'redacted' });
  });

  it('whom only the values of a login name acts, and the placeholder stays among the unmapped fields', () => {
    const { actor, unmapped } = ocsfOf({ user: 'unknown', audit_log_event: 'Login Failed' });
    expect(actor).toEqual({ user: { name: 'a@example.org', email_addr: 'a@example.org' } });
    expect(unmapped).toMatchObject({ user: 'unknown' });
  });

  it('is not taken for the changed account where the event names none', () => {
    const { user } = ocsfOf({ audit_log_event: 'Reset password', supporting_data: undefined });
    expect(user).toEqual({ name: 'Unknown' });
  });

  it('in a field of another type stays among the unmapped fields', () => {
    expect(ocsfOf({ user: ['a@example.org'], count: '2' })).toMatchObject({
      count: 2,
      unmapped: { user: ['a@example.org'] },
    });
  });
});

describe('an entity', () => {
  const entityOf = (supporting_data: unknown, details?: unknown) =>
    ocsfOf({ audit_log_event: 'Deleted rbi template', supporting_data, details });

  it.each([
    [
      { data_type: 'hostname', data_values: 'HOST123' },
      {
        name: 'HOST123',
        type: 'Device',
        type_id: 1,
        device: { hostname: 'HOST123', type: 'Unknown', type_id: 0 },
      },
    ],
    [
      "{'data_type': 'User', 'data_values': ['192.0.2.7', 'b@example.org']}",
      {
        name: 'b@example.org',
        type: 'User',
        type_id: 2,
        user: { name: 'b@example.org', email_addr: 'b@example.org' },
      },
    ],
    [
      { data_type: 'constructor', data_values: ['Berlin'] },
      { name: 'Berlin', type: 'constructor', type_id: 99 },
    ],
    [
      { data_type: null, data_values: [''] },
      { name: 'Unknown', type: 'Unknown', type_id: 0 },
    ],
    [undefined, { name: 'Unknown', type: 'Unknown', type_id: 0 }],
  ])('of %j is %j', (supportingData, entity) => {
    expect(entityOf(supportingData).entity).toEqual(entity);
  });

  it('is named by what was changed where the event names nothing else', () => {
    const { entity, entity_result } = entityOf(undefined, {
      name: 'Default',
      diff: { key: 'mode', changed: ['on', 'off'] },
    });
    expect({ entity, entity_result }).toEqual({
      entity: { name: 'Default', type: 'Unknown', type_id: 0, data: { mode: 'on' } },
      entity_result: { name: 'Default', type: 'Unknown', type_id: 0, data: { mode: 'off' } },
    });
  });

  it('that was changed twice has the first value before and the last one after', () => {
    const changed = (before: string, after: string) => ({
      name: 'A',
      diff: { key: 'mode', changed: [before, after] },
    });
    const { entity, entity_result } = entityOf(undefined, [changed('1', '2'), changed('2', '3')]);
    expect(entity).toMatchObject({ data: { mode: '1' } });
    expect(entity_result).toMatchObject({ data: { mode: '3' } });
  });

  it('has the changes that texts inside the details hold, while the details stay as they are archived', () => {
    const text = '{"name":"A","diff":{"key":"mode","changed":["on","off"]}}';
    const { entity, unmapped } = entityOf(undefined, [text]);
    expect(entity).toMatchObject({ name: 'A', data: { mode: 'on' } });
    expect(unmapped).toMatchObject({ details: [text] });
  });

  it('leaves values that JSON.stringify cannot follow to the raw data', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    const { entity, unmapped } = entityOf(undefined, [
      { name: 'A', diff: { key: 'k', value1: deep, value2: 1 } },
    ]);
    expect(entity).toEqual({ name: 'A', type: 'Unknown', type_id: 0 });
    expect(unmapped).toEqual({ type: 'admin_audit_logs' });
  });
});
