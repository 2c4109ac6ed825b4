import { eventually, type AppProcess } from '@eventfleet/testing';
import type { Browser, Page } from 'playwright-core';
import { describeWithBrowser, startBrowser } from '../e2e/support/browser.js';
import { startStaleRows, type StaleRows } from './stale-rows.fixture.js';

const SCREENS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

describeWithBrowser('the console, given a correlation id only, names in its first screen that', () => {
  let rows: StaleRows;
  let app: AppProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [rows, browser] = await Promise.all([startStaleRows('why-console'), startBrowser()]);
    app = await rows.fleet.start('console', { FLEET_APP_URLS: rows.fleet.env['FLEET_APP_URLS']! });
    page = await browser.newPage();
  }, 120_000);
  afterEach(() => rows.undo());
  afterAll(async () => {
    await browser?.close();
    await rows?.stop();
  }, 60_000);

  /** The first line of the answer, if a screen shows it without scrolling. */
  async function firstScreen(): Promise<string> {
    const answer = page.locator('.headline p').first();
    const text = await answer.innerText({ timeout: 20_000 });
    for (const screen of SCREENS) {
      await page.setViewportSize(screen);
      const box = (await answer.boundingBox())!;
      expect(box.y + box.height).toBeLessThan(screen.height);
    }
    return text;
  }

  it.each([
    [
      'projector-lagging',
      /: row of user-list is at 0, store at 1: user-list lags in partition \d+ of \S+user-events: \d+ records behind/,
    ],
    [
      'user-parked',
      /: row of user-list is at 0, store at 1: it is parked: version 1 failed: database-refused \(SQLSTATE 23514/,
    ],
    [
      'relay-stopped',
      /: rows of user-list and user-stats are at 0, store at 1: the relay kafka is stopped: no process publishes/,
    ],
  ])('the cause is %s', async (setUp, cause) => {
    const id = await rows.setUp(setUp);
    await page.goto(app.url);
    await eventually(
      async () => {
        await page.keyboard.press('/');
        await page.getByRole('searchbox').fill(id);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Why is a row stale?' }).waitFor();
        expect(await firstScreen()).toMatch(cause);
        return true;
      },
      { deadlineMs: 90_000 },
    );
  });
});
