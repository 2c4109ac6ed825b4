import { request } from './request.js';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Gets a page, as a mail program or a browser does. */
export async function follow(link: string, init: Parameters<typeof request>[1] = {}): Promise<Page> {
  const answer = await request(link, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Presses the button of the page of this link, as a browser does; a page without one stays as it is. */
export async function followAndConfirm(link: string): Promise<Page> {
  const page = await follow(link);
  const action = /<form method="post" action="([^"]+)">/.exec(page.text)?.[1];
  if (action === undefined) return page;
  const fields = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  const body = new URLSearchParams(
    fields.map(([, name = '', value = '']): [string, string] => [name, value]),
  );
  return follow(new URL(action, link).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
}
