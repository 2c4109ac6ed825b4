import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { appAt } from '@eventfleet/testing';
import { parse } from 'yaml';
import { ApiDescription, type ApiDocument } from './api-description.js';

const DOCS = fileURLToPath(new URL('../../../../docs', import.meta.url));
/** The APIs with documents of their own, and one of them for an app that has health and metrics alone. */
const APIS = ['command-api', 'query-api'];
const OF_OTHERS = 'query-api';

const descriptions = new Map<string, ApiDescription>();

export function readDescription(file: string): unknown {
  return parse(readFileSync(`${DOCS}/${file}`, 'utf8'));
}

export function describedApi(name: string): ApiDescription {
  const known = descriptions.get(name);
  if (known) return known;
  const description = new ApiDescription(readDescription(`openapi/${name}.yaml`) as ApiDocument);
  descriptions.set(name, description);
  return description;
}

/**
 * The description of the app at this address; undefined for what the console serves its own page.
 * @throws Error for an address at which no test has started an app
 */
export function describedApiAt({ origin, pathname }: URL): ApiDescription | undefined {
  const app = appAt(origin);
  if (app === undefined) throw new Error(`no test has started an app at ${origin}`);
  if (app === 'console' && !/^\/(health|metrics)/.test(pathname)) return undefined;
  return describedApi(APIS.includes(app) ? app : OF_OTHERS);
}
