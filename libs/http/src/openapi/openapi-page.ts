import { createHash } from 'node:crypto';
import { htmlEscape } from 'escape-goat';
import type { JsonSchema } from './json-schema.js';
import type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from './openapi.types.js';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font: 0.875rem/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, CanvasText 6%, Canvas); }
nav ul { padding: 0; list-style: none; }
details { margin: 0.5rem 0; padding: 0.25rem 0.75rem; border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); }
summary { padding: 0.25rem 0; cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5rem; }
details div { scroll-margin-top: 3rem; }
dt { margin-top: 0.5rem; }
dd { margin: 0 0 0 1rem; overflow-wrap: anywhere; }
`;

/** The page runs no script, and loads nothing. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
};

/** The document as a page for people. Pure. */
export function renderPage({ info, paths, components }: OpenApiDocument): string {
  const title = htmlEscape(String(info['title']));
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const link = ({ path, method, operation }: (typeof operations)[number]) =>
    `<li><a href="#${operation.operationId}"><code>${method} ${htmlEscape(path)}</code></a> ${prose(operation.summary)}</li>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>
<body>
<header><h1>${title}</h1>${paragraphs(info['description'])}<p>The same for programs: <a href="openapi.json">openapi.json</a></p></header>
<nav aria-label="Operations"><ul>${operations.map(link).join('')}</ul></nav>
<main>
<h2>Operations</h2>
${operations.map(({ path, method, operation }) => renderOperation(method, path, operation, components)).join('\n')}
<h2>Schemas</h2>
${Object.entries(components['schemas'] ?? {})
  .map(([name, schema]) => `<h3 id="schema-${name}">${name}</h3>${json(schema as JsonSchema)}`)
  .join('\n')}
</main>
</body>
</html>
`;
}

/** Its id is inside: a browser that follows a link to it opens the details. */
function renderOperation(
  method: string,
  path: string,
  operation: OpenApiOperation,
  components: OpenApiDocument['components'],
): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const resolve = <T>(part: T | { readonly $ref: string }): T => resolveIn(components, part);
  const bodies = Object.entries(requestBody?.content ?? {});
  return `<details><summary><b><code>${method}</code></b> <code>${htmlEscape(path)}</code> ${prose(summary)}</summary>
<div id="${operationId}">${paragraphs(description)}
<h3>Parameters</h3><dl>${parameters.map((parameter) => renderParameter(resolve<OpenApiParameter>(parameter))).join('')}</dl>
${bodies.map(([type, { schema }]) => `<h3>Body: <code>${type}</code></h3>${json(schema)}`).join('')}
<h3>Responses</h3><dl>${Object.entries(responses)
    .map(([status, response]) => renderResponse(status, resolve(response as OpenApiResponse)))
    .join('')}</dl></div>
</details>`;
}

function renderParameter({ name, in: place, required, description, schema }: OpenApiParameter): string {
  const need = required ? ', required' : '';
  return `<dt><code>${name}</code> (${place}${need})</dt><dd>${prose(description)} <code>${htmlEscape(JSON.stringify(schema))}</code></dd>`;
}

function renderResponse(status: string, { description, headers, content = {} }: OpenApiResponse): string {
  const names = Object.keys(headers).map((name) => `<code>${name}</code>`);
  const bodies = Object.entries(content).map(
    ([type, { schema, 'x-item-schema': item }]) => `<p><code>${type}</code></p>${json(item ?? schema)}`,
  );
  return `<dt><b>${status}</b> ${prose(description)}</dt><dd><p>Headers: ${names.join(', ')}</p>${bodies.join('')}</dd>`;
}

/** JSON with links to the named schemas. */
function json(schema: JsonSchema): string {
  const text = htmlEscape(JSON.stringify(schema, null, 2));
  return `<pre>${text.replaceAll(/#\/components\/schemas\/([\w.-]+)/g, '<a href="#schema-$1">$1</a>')}</pre>`;
}

function paragraphs(markdown: unknown): string {
  if (typeof markdown !== 'string') return '';
  return markdown
    .split('\n\n')
    .map((paragraph) => `<p>${prose(paragraph)}</p>`)
    .join('');
}

/** Of Markdown it knows code. */
function prose(markdown = ''): string {
  return htmlEscape(markdown).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function resolveIn<T>(components: OpenApiDocument['components'], part: T | { readonly $ref: string }): T {
  if (typeof part !== 'object' || part === null || !('$ref' in part)) return part;
  const [kind = '', name = ''] = part.$ref.split('/').slice(-2);
  return components[kind]?.[name] as T;
}
