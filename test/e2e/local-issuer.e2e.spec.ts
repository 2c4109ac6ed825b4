import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, spawnServer, untilReady, type ServerProcess } from '@eventfleet/embedded';
import { inheritedEnvironment } from '@eventfleet/testing';

/** The issuer of `npm start -- --auth`. */

/* oxlint-disable no-restricted-globals -- it is none of the apps, and has no description */

const SCRIPT = fileURLToPath(new URL('../../scripts/issuer/issuer.ts', import.meta.url));
const BACK = 'http://127.0.0.1:1/login/callback';

let folder: string;
let url: string;
let issuer: ServerProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'issuer-'));
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  issuer = await spawnServer({
    name: 'issuer',
    command: process.execPath,
    args: [SCRIPT, port, folder, BACK],
    logFile: join(folder, 'log'),
    pidFile: join(folder, 'app.pid'),
    env: inheritedEnvironment(),
  });
  const answers = () =>
    fetch(`${url}/.well-known/openid-configuration`).then(
      ({ ok }) => ok || 'it is not ready',
      () => 'it does not answer',
    );
  await untilReady(issuer, answers, 60_000);
});
afterAll(async () => {
  await issuer.stop();
  await rm(folder, { recursive: true });
});

it('the local issuer asks no other host for what its pages show', async () => {
  const login = new URL(`${url}/auth`);
  login.search = String(
    new URLSearchParams({
      client_id: 'console',
      response_type: 'code',
      scope: 'fleet:read',
      redirect_uri: BACK,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBUjVjwXcM1A',
      code_challenge_method: 'S256',
    }),
  );
  const asked = await fetch(login.href, { redirect: 'manual' });
  const cookies = asked.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  const address = new URL(asked.headers.get('location') ?? '', url).href;

  const page = await (await fetch(address, { headers: { cookie: cookies.join('; ') } })).text();

  expect(page).toContain('name="login"');
  expect(page).not.toMatch(/@import|url\(|\bsrc=|<link/);
});
