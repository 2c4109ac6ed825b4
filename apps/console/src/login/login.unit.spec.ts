import { startGuardedConsole, type ConsoleAnswer, type GuardedConsole } from '../access.fixture.js';

const HOST = '127.0.0.1:3005';
const SESSION = 'eventfleet-console-session';
const OPERATOR = { sub: 'ada', scope: 'fleet:read fleet:operate' };

let console: GuardedConsole;
beforeAll(async () => {
  console = await startGuardedConsole();
});
beforeEach(() => {
  console.issuer.person = OPERATOR;
});
afterAll(() => console.close());

/** What a browser keeps of an answer, as it sends it. */
function cookieOf({ cookies }: ConsoleAnswer): string {
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

function get(url: string, headers: Record<string, string> = {}, of = console): Promise<ConsoleAnswer> {
  return of.ask({ method: 'GET', url, headers: { host: HOST, ...headers } });
}

function post(url: string, headers: Record<string, string> = {}): Promise<ConsoleAnswer> {
  return console.ask({ method: 'POST', url, headers: { host: HOST, ...headers }, payload: {} } as never);
}

/** Where the issuer sends a browser back to. */
async function atIssuer({ headers: { location } }: ConsoleAnswer): Promise<URL> {
  const { headers } = await fetch(String(location), { redirect: 'manual' });
  return new URL(headers.get('location')!);
}

async function begin(to = '/parked?projection=user-list') {
  const begun = await get(`/login?${new URLSearchParams({ to })}`);
  const back = await atIssuer(begun);
  return { begun, back, path: back.pathname + back.search, cookie: cookieOf(begun) };
}

/** Everything that a browser does. */
async function logIn(to?: string): Promise<{ readonly answer: ConsoleAnswer; readonly cookie: string }> {
  const { path, cookie } = await begin(to);
  const answer = await get(path, { cookie });
  const kept = answer.cookies.filter(({ value }) => value !== '');
  return { answer, cookie: cookieOf({ ...answer, cookies: kept }) };
}

const failureOf = ({ headers }: ConsoleAnswer) =>
  new URL(String(headers['location']), 'http://x').searchParams.get('login-failed');

describe('a login', () => {
  it('goes by the issuer, with PKCE, back to what was shown, with the scopes of the operator', async () => {
    const { begun, back } = await begin();
    const asked = new URL(String(begun.headers['location']));
    expect(asked.origin).toBe(console.issuer.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'console',
      scope: 'fleet:read fleet:operate',
      code_challenge_method: 'S256',
      redirect_uri: `http://${HOST}/login/callback`,
      resource: console.issuer.audience,
    });
    expect(back.searchParams.get('code')).toBeTruthy();

    const { answer, cookie } = await logIn();
    expect([answer.status, answer.headers['location']]).toEqual([
      303,
      `http://${HOST}/parked?projection=user-list`,
    ]);
    expect((await get('/api/session', { cookie })).json).toMatchObject({
      isNeeded: true,
      isOffered: true,
      operator: { name: 'ada', mayLook: true, mayAct: true },
    });
    const allowed = await post('/api/parked/marks', {
      cookie,
      origin: `http://${HOST}`,
      'sec-fetch-site': 'same-origin',
    });
    expect(allowed.json['code']).toBe('validation-failed');
  });

  it('leaves a cookie that no script and no other site gets at, and that holds no token', async () => {
    const { begun } = await begin();
    const { answer, cookie } = await logIn();
    const [setLogin] = [begun.headers['set-cookie']].flat();
    const setSession = [answer.headers['set-cookie']].flat().find((each) => String(each).startsWith(SESSION));
    expect(setLogin).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(setSession).toMatch(/; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toMatch(/ada|fleet:/);
    expect(cookie).toMatch(new RegExp(`^${SESSION}=[\\w-]+\\.\\.[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
  });

  it('allows no more than its scopes do', async () => {
    console.issuer.person = { sub: 'eve', scope: 'fleet:read users:write' };
    const { cookie } = await logIn();
    expect((await get('/api/session', { cookie })).json).toMatchObject({
      operator: { mayLook: true, mayAct: false },
    });
    const refused = await post('/api/parked/marks', { cookie });
    expect([refused.status, refused.json['code']]).toEqual([403, 'insufficient-scope']);
  });

  it('ends: by logging out, with its token, and with what it was sealed by', async () => {
    const { cookie } = await logIn();
    expect(String((await post('/logout', { cookie })).headers['set-cookie'])).toMatch(
      new RegExp(`^${SESSION}=; Max-Age=0;`),
    );

    console.issuer.clients.set('console', { secret: 'the secret of the console', scope: '', expiresIn: 1 });
    const { cookie: short } = await logIn();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await get('/api/fleet', { cookie: short })).status).toBe(401);

    const changed = cookie.slice(0, -2) + (cookie.endsWith('AA') ? 'BB' : 'AA');
    expect((await get('/api/fleet', { cookie: changed })).status).toBe(401);
    const other = await startGuardedConsole();
    expect((await get('/api/fleet', { cookie }, other)).status).toBe(401);
    await other.close();
    // A login that is under way is no session.
    const { cookie: pending } = await begin();
    const renamed = pending.replace('console-login', 'console-session');
    expect((await get('/api/fleet', { cookie: renamed })).status).toBe(401);
  });

  it('does not stand against a token: a bad one is refused', async () => {
    const { cookie } = await logIn();
    expect((await get('/api/fleet', { cookie, authorization: 'Bearer noise' })).status).toBe(401);
  });

  it('is nobody’s but of the browser that began it, once, and as the issuer answered', async () => {
    const { path, cookie } = await begin();
    expect(failureOf(await get(path))).toBe('login-expired');
    const other = await begin();
    expect(failureOf(await get(path, { cookie: other.cookie }))).toBe('login-refused');
    expect((await get(path, { cookie })).headers['location']).not.toContain('login-failed');
    expect(failureOf(await get(path, { cookie }))).toBe('login-refused');

    console.issuer.person = { ...OPERATOR, aud: 'https://other.example' };
    const { path: foreign, cookie: ofForeign } = await begin();
    expect(failureOf(await get(foreign, { cookie: ofForeign }))).toBe('token-refused');

    console.issuer.person = undefined;
    const { path: denied, cookie: of } = await begin();
    expect(failureOf(await get(denied, { cookie: of }))).toBe('login-refused');
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/.//evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
  ])('leads nowhere else: %s', async (to) => {
    const { answer } = await logIn(to);
    expect(String(answer.headers['location'])).toMatch(new RegExp(`^http://${HOST}/`));
  });

  it('says so while the issuer is away', async () => {
    const away = await startGuardedConsole();
    away.issuer.isAway = true;
    const answer = await get('/login', {}, away);
    expect([answer.status, answer.json['code']]).toEqual([503, 'issuer-unavailable']);
    away.issuer.isAway = false;
    expect((await get('/login', {}, away)).status).toBe(303);
    await away.close();
  });
});

describe('the address of a console', () => {
  it('decides whether its cookies need TLS, and where logins come back to', async () => {
    const origin = 'https://console.example.org';
    const secured = await startGuardedConsole({ origin, hostnames: ['console.example.org'] });
    const begun = await get('/login', { host: 'console.example.org' }, secured);
    expect(String(begun.headers['set-cookie'])).toMatch(/^__Host-eventfleet-console-login=.*; Secure; /);
    const asked = new URL(String(begun.headers['location'])).searchParams;
    expect(asked.get('redirect_uri')).toBe(`${origin}/login/callback`);
    const elsewhere = await get('/login', { host: HOST }, secured);
    expect([elsewhere.status, elsewhere.json['detail']]).toEqual([404, `Log in at ${origin}`]);
    await secured.close();
  });

  it('has to be known unless it is of this machine', async () => {
    expect((await get('/login', { host: '10.0.0.5:3005' })).json).toMatchObject({ code: 'no-login' });
    expect((await get('/login', { host: 'localhost:3005' })).status).toBe(303);
  });

  it('logs nobody in without a client at the issuer', async () => {
    const without = await startGuardedConsole({ hasClient: false });
    expect((await get('/login', {}, without)).json).toMatchObject({ code: 'no-login' });
    expect((await get('/api/session', {}, without)).json).toEqual({
      isNeeded: true,
      isOffered: false,
      operator: null,
    });
    await without.close();
  });
});
