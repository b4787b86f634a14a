import { ScriptedTenant } from '../../collector/adapters/scripted-tenant';
import { TOKEN } from '../../pipeline';
import { DoctorScenario } from './doctor-scenario';

const HEALTHY = `\
✓ credentials       You are arn:aws:iam::000000000000:user/operator in region us-east-1.
✓ stack             NetskopeAudit: source netskope (netskope), every 5 min by collector.
✓ secret            netskope-audit/netskope holds domain and token for corp.goskope.com.
✓ token             corp.goskope.com accepts it.
✓ scope             The token may read audit events.
✓ expiry            The token expires on 2027-06-30, in 224 days.
✓ clocks            This machine is in time with AWS; Netskope is in time with AWS.
✓ checkpoint        24 pages of index netskope-ID, up to 2026-11-18 12:00 UTC; no run is at work.
✓ last run          The last run that ended well did so 1 min 00 s ago.
✓ lag               The archive is 1 min 00 s behind the present.
✓ recheck           Done 3 h 01 min ago, checked up to 2026-11-18 03:00 UTC, 0 events recovered.
✓ archive writable  Concluded, not tried: the collector wrote line 3 of the manifest at 2026-11-18T12:00:00.000Z.
✓ archive readable  Read 1 of 2 events from s3://netskope-audit-archive/netskope_audit/source=netskope/dt=2026-11-18/hour=11/netskope-ID-HASH.ndjson.gz.
✓ foreign objects   None in netskope-audit-archive that the collector would not write.
✓ metrics           The newest came 1 min 00 s ago; 2 events counted within a day.
✓ alarms            11 alarms watch the source and the collector.
✓ alarm states      None fires.
✓ subscriptions     soc@example.org: confirmed.

✓ Nothing is broken.
`;

let scenario: DoctorScenario;

beforeAll(async () => {
  scenario = await DoctorScenario.start();
});
beforeEach(() => scenario.heal());
afterAll(() => scenario.stop());

describe('doctor of a healthy source', () => {
  it('prints one line per check, from the credentials to the subscribers', async () => {
    const { exitCode, stdout, stderr } = await scenario.run();
    const equal = stdout
      .replaceAll(/netskope-[0-9a-f]{16}/g, 'netskope-ID')
      .replaceAll(/ID-[0-9a-f]{32}/g, 'ID-HASH');
    expect({ exitCode, stdout: equal, stderr }).toEqual({ exitCode: 0, stdout: HEALTHY, stderr: '' });
  });

  it('shows the token nowhere, and leaves the live cursor and the lease alone', async () => {
    const { simulator } = scenario.deployed.pipeline;
    const asked = simulator.requests.length;
    const before = await scenario.deployed.pipeline.checkpoint();
    const { stdout, stderr } = await scenario.run(['--json']);
    expect(`${stdout}${stderr}`).not.toContain(TOKEN);
    expect(simulator.requests.slice(asked).map(({ index }) => index)).toEqual([
      expect.stringMatching(/^netskope-probe-[0-9a-f]{16}$/),
    ]);
    expect(await scenario.deployed.pipeline.checkpoint()).toEqual(before);
  });
});

describe('doctor finds that the operator', () => {
  it('has no credentials, and checks nothing that needs them', async () => {
    const environment = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const { exitCode, bad, unchecked } = await scenario.complaints([], { environment });
    expect(exitCode).toBe(3);
    expect(Object.keys(bad)).toEqual(['credentials']);
    expect(bad.credentials).toContain('→ Sign in (aws sso login or aws configure)');
    expect(unchecked).toHaveLength(17);
  });

  it('has named a stack that does not exist, and still checks the clock', async () => {
    const { bad, unchecked } = await scenario.complaints(['--stack', 'Elsewhere']);
    expect(Object.keys(bad)).toEqual(['stack']);
    expect(bad.stack).toContain('There is no stack Elsewhere in region us-east-1 of account 000000000000.');
    expect(unchecked).not.toContain('clocks');
    expect(unchecked).toHaveLength(15);
  });

  it('may not read the secret, which breaks nothing but leaves the token untried', async () => {
    scenario.refuse('GetSecretValue', 'AccessDeniedException');
    const { exitCode, bad, notes, unchecked } = await scenario.complaints();
    expect({ exitCode, bad }).toEqual({ exitCode: 0, bad: {} });
    expect(notes.secret).toContain(
      'You may not read netskope-audit/netskope, so the token cannot be tried from here.',
    );
    expect(unchecked).toEqual(['token', 'scope', 'expiry']);
  });

  it('has a clock that AWS would not accept', async () => {
    const { bad } = await scenario.complaints([], { aheadMs: 600_000 });
    expect(bad.clocks).toBe(
      'This machine is 600 s ahead of AWS; Netskope is in time with AWS. → Set the clock of this machine by NTP. If it is Netskope that is off, open a case: times of events are theirs.',
    );
  });
});

describe('doctor finds that the secret', () => {
  it('is empty, and still checks everything that does not need it', async () => {
    await scenario.fill({ token: '' });
    expect(await scenario.complaints()).toEqual({
      exitCode: 3,
      bad: {
        secret:
          'netskope-audit/netskope is empty: runs end quietly and collect nothing. → Fill it: npx --no -- netskope-audit setup netskope',
      },
      notes: {},
      unchecked: ['token', 'scope', 'expiry'],
    });
  });

  it('has content that the collector cannot use', async () => {
    await scenario.fill({ domain: 'https://evil.example/path', token: TOKEN });
    const { bad } = await scenario.complaints();
    expect(bad.secret).toContain(
      'The collector cannot use what is there: secret netskope-audit/netskope, field domain:',
    );
  });

  it('does not say when the token expires', async () => {
    await scenario.fill({ domain: 'corp.goskope.com', token: TOKEN });
    const { exitCode, notes } = await scenario.complaints();
    expect(exitCode).toBe(0);
    expect(notes.expiry).toContain('Nobody knows when the token expires, so no alarm fires before.');
  });

  it.each([
    [
      '2026-12-18',
      'note',
      'The token expires on 2026-12-18, in 30 days. → Make a new token: npx --no -- netskope-audit setup netskope --token-expires-at <day>',
    ],
    [
      '2026-11-17',
      'bad',
      'By its secret the token expired on 2026-11-17. → Make a new token: npx --no -- netskope-audit setup netskope --token-expires-at <day>',
    ],
  ])('says that the token expires on %s: %s', async (tokenExpiresAt, verdict, words) => {
    await scenario.fill({ domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt });
    const { bad, notes } = await scenario.complaints();
    expect((verdict === 'bad' ? bad : notes).expiry).toBe(words);
  });
});

describe('doctor finds that Netskope', () => {
  it('does not know the token', async () => {
    scenario.breakNetskope({ kind: 'unauthorized' });
    const { exitCode, bad, unchecked } = await scenario.complaints();
    expect(exitCode).toBe(3);
    expect(bad.token).toContain('Netskope does not accept the token: HTTP 401: Unauthorized.');
    expect(bad.token).toContain(
      'Look for it in Settings > Administration > Administrators & Roles > Service accounts (new tokens since November 2025) and Settings > Tools > REST API v2 (older tokens).',
    );
    expect(unchecked).toEqual(['scope']);
  });

  it('refuses the request with a web page, as gateways do where an address is not admitted', async () => {
    scenario.breakNetskope({ kind: 'forbidden', body: 'html' });
    const { bad, unchecked } = await scenario.complaints();
    expect(bad.token).toContain(
      'corp.goskope.com refuses the request with a web page: HTTP 403, the body is text/html, not JSON. Perhaps the tenant does not admit the source address of this machine. → Check that the address is in Settings > Administration > IP Allowlist',
    );
    expect(bad.token).not.toContain('revoke');
    expect(unchecked).toEqual(['scope']);
  });

  it('answers with a login page, whose type is named', async () => {
    scenario.breakNetskope({ kind: 'foreign-host', status: 200 });
    expect((await scenario.complaints()).bad.token).toContain(
      'HTTP 200, but the body is text/html, not JSON.',
    );
  });

  it('knows the token, which lacks the scope', async () => {
    scenario.breakNetskope({ kind: 'forbidden', body: 'scope' });
    const { bad, unchecked } = await scenario.complaints();
    expect(Object.keys(bad)).toEqual(['scope']);
    expect(bad.scope).toContain(
      'may not read audit events: HTTP 403: You cannot consume this service. → Give it read access',
    );
    expect(unchecked).toEqual([]);
  });

  it('limits the rate, which says nothing about the token', async () => {
    scenario.breakNetskope({ kind: 'rate-limited', retryAfter: '3600' });
    const { exitCode, bad, notes, unchecked } = await scenario.complaints();
    expect({ exitCode, bad }).toEqual({ exitCode: 0, bad: {} });
    expect(notes.token).toContain('Netskope limits the rate: HTTP 429');
    expect(unchecked).toEqual(['scope']);
  });

  it('is busy, which it only says to a token that it accepts', async () => {
    scenario.breakNetskope({ kind: 'conflict' });
    expect(await scenario.complaints()).toEqual({ exitCode: 0, bad: {}, notes: {}, unchecked: [] });
  });

  it('has a clock that is off', async () => {
    const tenant = await ScriptedTenant.start();
    tenant.answerWith(200, { date: 'Wed, 18 Nov 2026 12:03:00 GMT' }, '{"ok":1,"result":[]}');
    const { notes } = await scenario.complaints([], {
      environment: { NETSKOPE_ENDPOINT_URL: `http://127.0.0.1:${tenant.port}` },
    });
    expect(notes.clocks).toContain('This machine is in time with AWS; Netskope is 120 s ahead of AWS.');
    await tenant.stop();
  });
});
