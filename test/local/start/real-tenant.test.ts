import { RealTenant } from '../../../lib/local/start/real-tenant';

const CORP = { domain: 'corp.goskope.com', token: 'a-token' };

describe('a real tenant', () => {
  it('hands its token to the secret, and to nothing else', async () => {
    const opened = await new RealTenant(CORP).open();
    expect(opened.secret).toEqual({ domain: 'corp.goskope.com', token: 'a-token' });
    expect(JSON.stringify([opened.environment, opened.description])).not.toContain('a-token');
  });

  it('sends the function to no other place than its own domain', async () => {
    const opened = await new RealTenant(CORP).open();
    expect(Object.keys(opened.environment)).not.toContain('NETSKOPE_ENDPOINT_URL');
  });

  it('tells the function the domains that are allowed beside those of Netskope, if any are', async () => {
    const allowedDomains = ['netskope.example.com', 'example.org'];
    const { environment } = await new RealTenant({ ...CORP, allowedDomains }).open();
    expect(environment['NETSKOPE_ALLOWED_DOMAINS']).toBe('netskope.example.com,example.org');
    expect((await new RealTenant(CORP).open()).environment).not.toHaveProperty('NETSKOPE_ALLOWED_DOMAINS');
  });

  it('is collected from a day back', () => {
    expect(new RealTenant(CORP).startLookbackHours).toBe(24);
  });
});
