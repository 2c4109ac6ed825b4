import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built page: small, so it is in memory. */
export interface PageFiles {
  readonly index: PageFile;
  /** By name; each name holds a hash of the content. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

/** @throws Error if the page was not built */
export function readPageFiles(folder: string): PageFiles {
  const names = readdirSync(join(folder, 'assets')).filter((name) => extname(name) in TYPES);
  return {
    index: readFile(join(folder, 'index.html')),
    assets: new Map(names.map((name) => [name, readFile(join(folder, 'assets', name))])),
  };
}

function readFile(path: string): PageFile {
  return { type: TYPES[extname(path)]!, bytes: readFileSync(path) };
}
