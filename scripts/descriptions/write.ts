import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/root.mjs';
import { asyncApiDocument } from './asyncapi.ts';
import { toYaml } from './to-yaml.ts';

/** Writes the descriptions into docs: what each API says of itself, and what the contracts say. */
const APIS = ['command-api', 'query-api'];

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

mkdirSync(join(ROOT, 'docs', 'openapi'), { recursive: true });
for (const api of APIS) {
  const script = join(ROOT, 'apps', api, 'dist', 'describe.js');
  const text = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  write(join('docs', 'openapi', `${api}.yaml`), JSON.parse(text));
}
write(join('docs', 'asyncapi.yaml'), asyncApiDocument(version));

function write(file: string, document: unknown): void {
  writeFileSync(join(ROOT, file), toYaml(document));
  console.log(`${file} written`);
}
