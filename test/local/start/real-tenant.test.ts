import { RealTenant } from '../../../lib/local/start/real-tenant';

describe('a real tenant', () => {
  it('hands its token to the secret, and to nothing else', async () => {
    const opened = await new RealTenant('corp.goskope.com', 'a-token').open();
    expect(opened.secret).toEqual({ domain: 'corp.goskope.com', token: 'a-token' });
    expect(JSON.stringify([opened.environment, opened.description])).not.toContain('a-token');
  });

  it('sends the function to no other place than its own domain', async () => {
    const opened = await new RealTenant('corp.goskope.com', 'a-token').open();
    expect(Object.keys(opened.environment)).not.toContain('NETSKOPE_ENDPOINT_URL');
  });

  it('is collected from a day back', () => {
    expect(new RealTenant('corp.goskope.com', 'a-token').startLookbackHours).toBe(24);
  });
});
