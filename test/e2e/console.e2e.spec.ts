import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eventually, type AppProcess } from '@eventfleet/testing';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  describeWithBrowser,
  overflow,
  startBrowser,
  watchFaults,
  type PageFaults,
} from './support/browser.js';
import { createCommand, sendCommands } from './support/commands.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { request } from './support/request.js';

/** Where pictures of the pages go; without it none is made. */
const PICTURES = process.env['CONSOLE_SCREENSHOTS'];
const DEADLINE = { deadlineMs: 60_000 };
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

describeWithBrowser('the console in a browser', () => {
  let fleet: Fleet;
  let app: AppProcess;
  let readStore: pg.Pool;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const faults: PageFaults = { foreign: [], errors: [] };
  const id = randomUUID();
  const email = `${id.slice(0, 8)}@example.org`;

  beforeAll(async () => {
    [fleet, browser] = await Promise.all([
      startFleet('console', { projectors: 1, env: { MAX_ATTEMPTS: '1', PROJECTION_VERIFY_RATE: '0' } }),
      startBrowser(),
    ]);
    app = await fleet.start('console', {
      FLEET_APP_URLS: `command-api=${fleet.commandApis[0]!.url},projector=${fleet.projectors[0]!.url}`,
    });
    readStore = new pg.Pool({ connectionString: fleet.readStoreUrl, max: 2 });
    context = await browser.newContext({ viewport: WIDE, colorScheme: 'light' });
    page = await openPage();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await readStore?.end();
    await fleet?.stop();
  }, 60_000);

  async function openPage(): Promise<Page> {
    const opened = await context.newPage();
    watchFaults(opened, app.url, faults);
    return opened;
  }

  async function picture(name: string, of = page): Promise<void> {
    if (PICTURES) await of.screenshot({ path: join(PICTURES, `console-${name}.png`), fullPage: true });
  }

  const users = () => `${fleet.commandApis[0]!.url}/users`;

  it('finds a user, travels back, sees a parked event, tries a retry, retries, and the row comes right', async () => {
    // A refusal of the read store, as of a constraint that somebody has added by mistake.
    await readStore.query(`alter table user_list add constraint no_zoe check (name not in ('Zoe', 'Cleo'))`);
    await send('POST', users(), { id, name: 'Ann', email });
    // One by one: a batch is folded before it is written. So a retry writes Cleo alone, who has to be refused too.
    for (const [name, parked] of [
      ['Bea', 0],
      ['Zoe', 1],
      ['Cleo', 2],
    ] as const) {
      await send('PUT', `${users()}/${id}`, { name });
      await eventually(async () => {
        const { rows } = await readStore.query(
          `select (select count(*)::integer from parked_events) as parked,
                  (select version from user_list where id = $1) as version`,
          [id],
        );
        expect(rows).toEqual([{ parked, version: 2 }]);
        return true;
      }, DEADLINE);
    }

    await page.goto(app.url);
    await page.getByRole('heading', { name: 'user-list has parked 2 events' }).waitFor();
    await page.getByRole('status').getByText('live').waitFor();
    await picture('fleet');

    await page.keyboard.press('/');
    await page.keyboard.type(email.toUpperCase());
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: email }).click();
    await page.getByRole('heading', { name: 'Cleo', level: 1 }).waitFor();
    await page.getByText('The event store is at version 4. Not every read model is.').waitFor();

    const slider = page.getByRole('slider', { name: 'Version' });
    await slider.press('ArrowLeft');
    await slider.press('ArrowLeft');
    await page.getByRole('heading', { name: 'At version 2' }).waitFor();
    const named = page.getByLabel('The past').getByRole('row', { name: /name/ });
    expect(await named.innerText()).toMatch(/Ann\s+Bea/);
    await picture('user');
    const watching = await openPage();
    await watching.goto(`${app.url}/users/${id}`);
    await watching.getByText('2 versions behind').waitFor();

    await page.getByRole('link', { name: 'Why?' }).click();
    await page.getByText(/row of user-list is at 2, store at 4: it is parked: version 3 failed/).waitFor();
    await picture('why');

    await page.getByRole('link', { name: 'see what is parked' }).click();
    await page.getByText('database-refused').first().waitFor();
    expect(await page.getByLabel('Value').first().innerText()).toContain('Zoe');
    await picture('parked');
    await page.getByRole('button', { name: 'Try a retry …' }).click();
    await page.getByText('would stop').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await readStore.query('alter table user_list drop constraint no_zoe');

    await page.getByRole('button', { name: 'Try a retry …' }).click();
    await page.getByText('would come right').waitFor();
    const row = page.getByRole('dialog').getByRole('row', { name: /name/ });
    expect(await row.innerText()).toMatch(/Bea\s+Cleo/);
    await picture('trial');
    const { rows } = await readStore.query('select name, version from user_list where id = $1', [id]);
    expect(rows).toEqual([{ name: 'Bea', version: 2 }]);
    await page.getByLabel('Your name').fill('Zoë');
    await page.getByRole('button', { name: 'Retry now' }).click();

    await page.getByText('Nothing of this key is parked any more.').waitFor();
    await watching.getByText('Every read model has applied version 4').waitFor();
    await picture('user-come-right', watching);
    const { rows: afterwards } = await readStore.query('select name, version from user_list where id = $1', [
      id,
    ]);
    expect(afterwards).toEqual([{ name: 'Cleo', version: 4 }]);
    await page.getByRole('link', { name: 'Actions' }).click();
    await page.getByRole('rowheader', { name: 'parked.retry' }).waitFor();
    expect(await page.getByRole('row', { name: /parked.retry/ }).innerText()).toMatch(/done.*Zoë/s);
    await picture('actions');
  });

  it('shows a row that differs from its events, and folds it again', async () => {
    await readStore.query(`update user_list set name = 'Mallory' where id = $1`, [id]);

    await page.goto(`${app.url}/users/${id}`);
    await page.getByRole('button', { name: 'Compare now' }).click();
    await page.getByText('changed-row in name').waitFor();
    await page.getByRole('button', { name: 'Fold again from the event store …' }).click();
    await page.getByRole('button', { name: 'Fold again', exact: true }).click();
    await page.getByText('mended').waitFor();

    const { rows } = await readStore.query('select name from user_list where id = $1', [id]);
    expect(rows).toEqual([{ name: 'Cleo' }]);
  });

  it('rebuilds a read model beside the live one, compares both, and switches', async () => {
    await page.goto(`${app.url}/projections`);
    const userList = page.getByRole('region', { name: 'user-list' });
    const act = async (name: string) => {
      await userList.getByRole('button', { name: `${name} …` }).click();
      await page.getByRole('dialog').getByRole('button', { name }).click();
    };

    await act('Rebuild');
    await userList.getByText('The new generation is built.').waitFor();
    await act('Compare');
    await userList.getByText('0 rows differ.').waitFor();
    await picture('read-models');
    await act('Switch');
    await userList.getByText('It is live.').waitFor();

    await userList.getByText('previous').first().waitFor();
    const { rows } = await readStore.query('select name from user_list where id = $1', [id]);
    expect(rows).toEqual([{ name: 'Cleo' }]);
  });

  it('shows a dead letter, and publishes it again', async () => {
    await sendCommands(fleet.env, { ...createCommand(randomUUID()), value: '{"name":' });
    const topic = `${fleet.topicPrefix}command-api.dead-letter`;

    await eventually(async () => {
      await page.goto(`${app.url}/dead-letters?topic=${topic}`);
      await page.getByText('malformed-json').first().waitFor({ timeout: 1_000 });
      return true;
    });
    await page.getByRole('button', { name: 'Retry this one …' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish 1 again' }).click();

    await page.getByText('1 published again.').waitFor();
  });

  it.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', NARROW],
    ['dark', NARROW],
  ] as const)('fits %s colours into %j', async (colorScheme, viewport) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    for (const path of [
      '/',
      '/users',
      `/users/${id}`,
      `/why?id=${id}`,
      '/parked',
      '/dead-letters',
      '/projections',
      '/history',
      '/actions',
    ]) {
      await page.goto(app.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page
        .getByText(/^(Loading|Asking)/)
        .first()
        .waitFor({ state: 'detached' });
      expect([path, await overflow(page)]).toEqual([path, 0]);
      if (path === '/') await picture(`fleet-${colorScheme}-${viewport.width}`);
      if (path === `/users/${id}`) await picture(`user-${colorScheme}-${viewport.width}`);
    }
  });

  it('asks nobody but the console, and breaks none of its own rules', async () => {
    const { headers } = await request(app.url);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(faults).toEqual({ foreign: [], errors: [] });
  });
});
