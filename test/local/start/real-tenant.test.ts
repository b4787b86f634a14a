import { RealTenant } from '../../../lib/local/start/real-tenant';

const CORP = { domain: 'corp.goskope.com', token: 'a-token' };

describe('a real tenant', () => {
  it('puts its token only into the secret', async () => {
    const opened = await new RealTenant(CORP).open();
    expect(opened.secret).toEqual({ domain: 'corp.goskope.com', token: 'a-token' });
    expect(JSON.stringify([opened.environment, opened.description])).not.toContain('a-token');
  });

  it('sends the function only to its own domain', async () => {
    const opened = await new RealTenant(CORP).open();
    expect(Object.keys(opened.environment)).not.toContain('NETSKOPE_ENDPOINT_URL');
  });

  it('passes on the domains that are allowed besides those of Netskope, if there are any', async () => {
    const allowedDomains = ['netskope.example.com', 'example.org'];
    const { environment } = await new RealTenant({ ...CORP, allowedDomains }).open();
    expect(environment['NETSKOPE_ALLOWED_DOMAINS']).toBe('netskope.example.com,example.org');
    expect((await new RealTenant(CORP).open()).environment).not.toHaveProperty('NETSKOPE_ALLOWED_DOMAINS');
  });

  it('is collected from a day back', () => {
    expect(new RealTenant(CORP).startLookbackHours).toBe(24);
  });
});
