import { existsSync } from 'node:fs';
import playwright, { type Browser, type Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const program = PROGRAMS.find((path) => existsSync(path));

/** `describe` for what needs a browser; the test run names it as skipped, with the reason, if this machine has none. */
export function describeWithBrowser(name: string, suite: () => void): void {
  if (program === undefined) describe.skip(`${name} (no Chromium is installed)`, suite);
  else describe(name, suite);
}

/** A browser that asks nobody anything by itself. */
export function startBrowser(): Promise<Browser> {
  return playwright.chromium.launch({
    executablePath: program!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page did that it must not do. */
export interface PageFaults {
  /** Requests to anybody but the origin. */
  readonly foreign: string[];
  /** Errors in the page, those of its content security policy too. */
  readonly errors: string[];
}

export function watchFaults(page: Page, origin: string, faults: PageFaults): void {
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.foreign.push(request.url());
  });
  page.on('pageerror', (error) => faults.errors.push(error.message));
  page.on('console', (message) => {
    // The browser itself tells of every answer that is no success.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) faults.errors.push(message.text());
  });
}

/** How far the page is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
