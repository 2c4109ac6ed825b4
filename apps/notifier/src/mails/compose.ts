import { htmlEscape } from 'escape-goat';
import { greeting } from './greeting.js';
import type { MailContent, VerificationLink } from './mail-content.js';

/** A paragraph of plain text, or a link to follow. */
export type Paragraph = string | { readonly label: string; readonly url: string };

/**
 * The same mail as text and as HTML. Whatever comes from outside is in the name and in the paragraphs, and is escaped
 * here; the subject must not hold any of it.
 */
export function compose(
  subject: string,
  name: string | undefined,
  paragraphs: readonly Paragraph[],
): MailContent {
  const hello = greeting(name);
  const html = [htmlEscape`<p>${hello}</p>`, ...paragraphs.map(toHtml)].map((line) => `    ${line}`);
  return {
    subject,
    text: [hello, ...paragraphs.map(toText)].join('\n\n') + '\n',
    html: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${htmlEscape(subject)}</title>
  </head>
  <body>
${html.join('\n')}
  </body>
</html>
`,
  };
}

/** The paragraphs that ask for the verification. */
export function verificationRequest({ url, expiresAt }: VerificationLink): Paragraph[] {
  return [
    `Please confirm that this address is yours, before ${inWords(expiresAt)}:`,
    { label: 'Confirm this address', url },
  ];
}

function toText(paragraph: Paragraph): string {
  return typeof paragraph === 'string' ? paragraph : paragraph.url;
}

function toHtml(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return htmlEscape`<p>${paragraph}</p>`;
  return htmlEscape`<p><a href="${paragraph.url}">${paragraph.label}</a></p>`;
}

/** 2026-01-08 12:30 UTC */
function inWords(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
