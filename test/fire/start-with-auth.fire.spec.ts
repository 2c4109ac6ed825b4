import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { describeWithBrowser, startBrowser, watchFaults, type PageFaults } from '../e2e/support/browser.js';
import { running, type FleetStart } from '../e2e/support/fleet-start.js';
import { ALL_PROCESSES, NpmStartStage } from '../e2e/support/npm-start-stage.js';
import { request } from '../e2e/support/request.js';

/** `npm start -- --auth`, as it is described: an issuer on this machine, and what is shown works. */

let stage: NpmStartStage;
let start: FleetStart;

beforeAll(async () => {
  stage = await NpmStartStage.open();
  start = stage.run({}, ['--auth']);
  await start.up();
}, 300_000);
afterAll(async () => {
  const pids = start.pids();
  start.signal('SIGTERM');
  await expect(start.exited()).resolves.toBe(0);
  expect(running(pids)).toEqual([]);
  await stage.close();
}, 120_000);

function tokenOf(role: string): string {
  const token = new RegExp(`^  ${role} \\(.*\\)\\n  (\\S+)$`, 'm').exec(start.output)?.[1];
  if (token === undefined) throw new Error(`no token of ${role} is shown`);
  return token;
}

async function statusOf(url: string, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await request(url, { headers })).status;
}

describe('npm start -- --auth', () => {
  it('starts an issuer beside the fleet, and shows a token for each role', async () => {
    expect([...start.pids().keys()].toSorted()).toEqual([...ALL_PROCESSES, 'issuer'].toSorted());
    expect(start.output).toMatch(/access +tokens of http:\/\/127\.0\.0\.1:\d+, for trying out only/);
    const users = `${stage.place.queryApi}/users`;
    expect(await statusOf(users)).toBe(401);
    expect(await statusOf(users, tokenOf('reader'))).toBe(200);
    expect(await statusOf(users, tokenOf('operator'))).toBe(403);
    const actions = `${stage.place.console}/api/actions`;
    expect(await statusOf(actions)).toBe(401);
    expect(await statusOf(actions, tokenOf('reader'))).toBe(403);
    expect(await statusOf(actions, tokenOf('operator'))).toBe(200);
  });

  it('shows commands that create a user and read it', () => {
    const commands = [...start.output.matchAll(/^ {2}(curl -i .+)$/gm)].map(([, command = '']) => command);
    expect(commands).toHaveLength(2);
    const answers = commands.map((command) => execFileSync('sh', ['-c', command], { encoding: 'utf8' }));
    expect(answers[0]).toMatch(/^HTTP\/1\.1 201 /);
    expect(answers[1]).toMatch(/^HTTP\/1\.1 200 /);
  });

  describeWithBrowser('in a browser', () => {
    let browser: Browser;
    let page: Page;
    const faults: PageFaults = { foreign: [], errors: [] };
    beforeAll(async () => {
      browser = await startBrowser();
      page = await browser.newPage();
    });
    afterAll(() => browser.close());

    it('lets an operator log in at the console, by the issuer, and out', async () => {
      await page.goto(`${stage.place.console}/actions`);
      await page.getByRole('link', { name: 'Log in' }).click();
      await page.locator('input[name=login]').fill('ada');
      await page.locator('input[name=password]').fill('anything');
      await page.getByRole('button', { name: /sign-in/i }).click();
      await page.getByRole('button', { name: /continue/i }).click();

      await page.getByRole('heading', { name: 'Actions', level: 1 }).waitFor();
      expect(page.url()).toBe(`${stage.place.console}/actions`);
      await page.getByText('ada', { exact: true }).waitFor();
      watchFaults(page, stage.place.console, faults);
      await page.getByRole('link', { name: 'Fleet', exact: true }).click();
      await page.getByRole('status').getByText('live').waitFor();
      expect(faults).toEqual({ foreign: [], errors: [] });
      const cookies = await page.context().cookies(stage.place.console);
      expect(cookies.find(({ name }) => name === 'eventfleet-console-session')).toMatchObject({
        httpOnly: true,
        sameSite: 'Strict',
      });

      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Log in', level: 1 }).waitFor();
      expect(await page.evaluate<number>(`fetch('/api/actions').then(({ status }) => status)`)).toBe(401);
    }, 120_000);
  });
});
