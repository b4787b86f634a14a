import { ocsfOf } from './archived-records';

const METADATA = {
  version: '1.5.0',
  product: { name: 'Netskope', vendor_name: 'Netskope' },
  uid: 'netskope:e5ca619b059fccdd0cfd9398',
  tenant_uid: 'netskope',
  log_name: 'Netskope.Audit',
  log_provider: 'Netskope',
  original_time: '1702308331',
  processed_time: 1702308600250,
};

describe('an event in OCSF', () => {
  it('of a login is Authentication, with who logged in, from where and to what', () => {
    expect(
      ocsfOf({
        count: 3,
        _insertion_epoch_timestamp: 1702308631,
        is_netskope_personnel: true,
        organization_unit: '',
      }),
    ).toEqual({
      category_uid: 3,
      category_name: 'Identity & Access Management',
      class_uid: 3002,
      class_name: 'Authentication',
      activity_id: 1,
      activity_name: 'Logon',
      type_uid: 300201,
      type_name: 'Authentication: Logon',
      time: 1702308331000,
      severity_id: 3,
      severity: 'Medium',
      status_id: 1,
      status: 'Success',
      message: 'Login Successful',
      count: 3,
      metadata: { ...METADATA, event_code: 'Login Successful', logged_time: 1702308631000 },
      actor: { user: { name: 'a@example.org', email_addr: 'a@example.org' } },
      src_endpoint: { ip: '192.0.2.44' },
      user: { name: 'a@example.org', email_addr: 'a@example.org' },
      service: { name: 'Netskope' },
      unmapped: {
        is_netskope_personnel: true,
        supporting_data: { data_type: 'user', data_values: ['192.0.2.44', 'a@example.org'] },
        type: 'admin_audit_logs',
      },
      raw_data: '{"its":"own text"}',
    });
  });

  it('of an admin is Account Change, with the account that was changed', () => {
    expect(
      ocsfOf({
        audit_log_event: 'Disabled admin',
        severity_level: 1,
        supporting_data: { data_type: 'admin', data_values: ['b@example.org'] },
      }),
    ).toEqual({
      category_uid: 3,
      category_name: 'Identity & Access Management',
      class_uid: 3001,
      class_name: 'Account Change',
      activity_id: 5,
      activity_name: 'Disable',
      type_uid: 300105,
      type_name: 'Account Change: Disable',
      time: 1702308331000,
      severity_id: 4,
      severity: 'High',
      status_id: 1,
      status: 'Success',
      message: 'Disabled admin',
      metadata: { ...METADATA, event_code: 'Disabled admin' },
      actor: { user: { name: 'a@example.org', email_addr: 'a@example.org' } },
      user: { name: 'b@example.org', email_addr: 'b@example.org' },
      unmapped: {
        supporting_data: { data_type: 'admin', data_values: ['b@example.org'] },
        type: 'admin_audit_logs',
      },
      raw_data: '{"its":"own text"}',
    });
  });

  it('of a policy is Entity Management, with the values before and after', () => {
    const details = JSON.stringify([
      {
        name: 'Block uploads',
        type: 'policy',
        modify_type: 'Edited',
        diff: { key: '', changed: [], added: [{ key: 'users/group', value: 'all' }] },
      },
      { name: 'Allow HR portal', diff: { key: 'status', changed: [true, false] } },
    ]);
    expect(
      ocsfOf({
        audit_log_event: 'Edited inline policy',
        supporting_data: { data_type: 'policy', data_values: ['Block uploads', false] },
        details,
      }),
    ).toEqual({
      category_uid: 3,
      category_name: 'Identity & Access Management',
      class_uid: 3004,
      class_name: 'Entity Management',
      activity_id: 3,
      activity_name: 'Update',
      type_uid: 300403,
      type_name: 'Entity Management: Update',
      time: 1702308331000,
      severity_id: 3,
      severity: 'Medium',
      status_id: 1,
      status: 'Success',
      message: 'Edited inline policy',
      metadata: { ...METADATA, event_code: 'Edited inline policy' },
      actor: { user: { name: 'a@example.org', email_addr: 'a@example.org' } },
      entity: {
        name: 'Block uploads',
        type: 'Policy',
        type_id: 5,
        policy: { name: 'Block uploads' },
        data: { 'Allow HR portal.status': true },
      },
      entity_result: {
        name: 'Block uploads',
        type: 'Policy',
        type_id: 5,
        policy: { name: 'Block uploads' },
        data: { 'users.group': 'all', 'Allow HR portal.status': false },
      },
      unmapped: {
        supporting_data: { data_type: 'policy', data_values: ['Block uploads', false] },
        details,
        type: 'admin_audit_logs',
      },
      raw_data: '{"its":"own text"}',
    });
  });

  it('of an API call is API Activity, with request and response', () => {
    expect(
      ocsfOf({
        audit_log_event: 'Rest API V2 Call',
        user: 'service-account',
        supporting_data: {
          data_type: 'incidents',
          data_values: [403, 'GET', '/api/v2/scim/Users?count=100', 'trid=ccb898fgrhvdd0v0'],
        },
      }),
    ).toEqual({
      category_uid: 6,
      category_name: 'Application Activity',
      class_uid: 6003,
      class_name: 'API Activity',
      activity_id: 2,
      activity_name: 'Read',
      type_uid: 600302,
      type_name: 'API Activity: Read',
      time: 1702308331000,
      severity_id: 3,
      severity: 'Medium',
      status_id: 2,
      status: 'Failure',
      status_code: '403',
      message: 'Rest API V2 Call',
      metadata: { ...METADATA, event_code: 'Rest API V2 Call' },
      actor: { user: { name: 'service-account' } },
      src_endpoint: { name: 'Unknown' },
      api: { operation: 'GET', request: { uid: 'ccb898fgrhvdd0v0' }, response: { code: 403 } },
      http_request: { http_method: 'GET', url: { path: '/api/v2/scim/Users' } },
      unmapped: {
        supporting_data: {
          data_type: 'incidents',
          data_values: [403, 'GET', '/api/v2/scim/Users?count=100', 'trid=ccb898fgrhvdd0v0'],
        },
        type: 'admin_audit_logs',
      },
      raw_data: '{"its":"own text"}',
    });
  });
});
