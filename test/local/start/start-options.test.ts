import { chooseTenant, readStartOptions } from '../../../lib/local/start/start-options';

const TOKEN = 'a-token-that-must-not-be-seen';

describe('the options of npm start', () => {
  it('keep everything in .local by default', () => {
    expect(readStartOptions([])).toEqual({ stateFolder: '.local' });
  });

  it('are read as numbers and switches', () => {
    const args = ['--seed', '7', '--events', '100', '--new-events', '50', '--reset', '--state-folder', 'x'];
    expect(readStartOptions(args)).toEqual({
      seed: 7,
      events: 100,
      newEvents: 50,
      reset: true,
      stateFolder: 'x',
    });
  });
});

describe('the tenant of npm start', () => {
  function folderOf(environment: Record<string, string>, options = {}): string {
    return chooseTenant({ stateFolder: 'x', ...options }, environment).folderName;
  }

  it('is the simulator if the environment names none', () => {
    expect(folderOf({})).toBe('simulator');
    expect(folderOf({ NETSKOPE_DOMAIN: '', NETSKOPE_TOKEN: '' })).toBe('simulator');
  });

  it('is the real one if the environment names it, with its state in a folder of its own', () => {
    expect(folderOf({ NETSKOPE_DOMAIN: 'https://Corp.goskope.com/', NETSKOPE_TOKEN: TOKEN })).toBe(
      'corp.goskope.com',
    );
  });

  it('is refused if the domain comes without a token, or the token without a domain', () => {
    const rule = 'expected both for a real tenant, neither for the simulator.';
    expect(() => folderOf({ NETSKOPE_DOMAIN: 'corp.goskope.com' })).toThrow(
      `NETSKOPE_DOMAIN is set and NETSKOPE_TOKEN is not; ${rule}`,
    );
    expect(() => folderOf({ NETSKOPE_TOKEN: TOKEN })).toThrow(
      `NETSKOPE_TOKEN is set and NETSKOPE_DOMAIN is not; ${rule}`,
    );
  });

  it.each(['../../etc', 'simulator', 'corp.goskope.com:8443', 'user@corp.goskope.com', '10.0.0.1'])(
    'is refused if the domain is %s, which could be another folder or send the token elsewhere',
    (domain) => {
      expect(() => folderOf({ NETSKOPE_DOMAIN: domain, NETSKOPE_TOKEN: TOKEN })).toThrow(
        'NETSKOPE_DOMAIN: expected the host name of the tenant, such as corp.goskope.com',
      );
    },
  );

  it('is refused if the domain is only the name of the tenant, with a suggestion', () => {
    expect(() => folderOf({ NETSKOPE_DOMAIN: 'corp', NETSKOPE_TOKEN: TOKEN })).toThrow(
      'nor an address (did you mean corp.goskope.com?).',
    );
  });

  it('is refused if more than the host was pasted, and an allowed host is suggested', () => {
    const pasted = { NETSKOPE_DOMAIN: 'http://corp.example.com/ns#/home', NETSKOPE_TOKEN: TOKEN };
    expect(() => folderOf({ ...pasted, NETSKOPE_ALLOWED_DOMAINS: 'example.com' })).toThrow(
      'nor an address (did you mean corp.example.com?).',
    );
  });

  it('is refused if the domain is neither one of Netskope nor allowed', () => {
    const foreign = { NETSKOPE_DOMAIN: 'corp.example.com', NETSKOPE_TOKEN: TOKEN };
    expect(() => folderOf(foreign)).toThrow(
      "NETSKOPE_DOMAIN: corp.example.com is not below goskope.com, govskope.us or govskope.ca, where Netskope's tenants are; expected such a host, or one of a domain that NETSKOPE_ALLOWED_DOMAINS names. The token was not sent.",
    );
    expect(folderOf({ ...foreign, NETSKOPE_ALLOWED_DOMAINS: 'example.com' })).toBe('corp.example.com');
    expect(() => folderOf({ ...foreign, NETSKOPE_ALLOWED_DOMAINS: 'com' })).toThrow(
      'NETSKOPE_ALLOWED_DOMAINS is "com"; expected domain names in lower case with commas between them, such as netskope.example.com.',
    );
  });

  it('is a server on loopback if NETSKOPE_ENDPOINT_URL names one, whatever the domain, in a folder of its own', () => {
    const foreign = { NETSKOPE_DOMAIN: 'corp.example.com', NETSKOPE_TOKEN: TOKEN };
    const endpoint = { NETSKOPE_ENDPOINT_URL: 'http://127.0.0.1:8080' };
    expect(folderOf({ ...foreign, ...endpoint })).toBe('corp.example.com@loopback');
    expect(() => folderOf(endpoint)).toThrow(
      'NETSKOPE_ENDPOINT_URL is set, and NETSKOPE_DOMAIN and NETSKOPE_TOKEN are not; expected all three to collect from that server, none of them for the simulator.',
    );
  });

  it.each(['https://corp.goskope.com', 'http://10.0.0.1:8080', '127.0.0.1:8080'])(
    'is refused if NETSKOPE_ENDPOINT_URL is %s, which is not on this machine',
    (endpoint) => {
      const tenant = { NETSKOPE_DOMAIN: 'corp.goskope.com', NETSKOPE_TOKEN: TOKEN };
      expect(() => folderOf({ ...tenant, NETSKOPE_ENDPOINT_URL: endpoint })).toThrow(
        `NETSKOPE_ENDPOINT_URL is "${endpoint}"; expected an http or https origin on this machine, such as http://127.0.0.1:8080. Unset it for Netskope itself.`,
      );
    },
  );

  it.each([{ reset: true }, { seed: 0 }, { events: 5 }, { newEvents: 5 }])(
    'is refused if %j, which is for the simulator, is given for a real tenant',
    (options) => {
      const environment = { NETSKOPE_DOMAIN: 'corp.goskope.com', NETSKOPE_TOKEN: TOKEN };
      expect(() => folderOf(environment, options)).toThrow(
        '--seed, --events, --new-events and --reset are for the simulator; expected none of them while NETSKOPE_DOMAIN is set.',
      );
    },
  );
});
