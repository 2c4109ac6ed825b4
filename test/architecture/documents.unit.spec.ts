import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'bench/**/*.md', 'examples/*/*.md', 'test/chaos/*.md'], {
  cwd: ROOT,
}).filter((path) => !path.includes('node_modules'));
const CONFIGS = globSync(
  ['libs/config/src/variables.ts', 'apps/*/src/*.config.ts', 'scripts/fleet/up.config.ts'],
  {
    cwd: ROOT,
  },
);

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function anchorsOf(path: string): string[] {
  return [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** The targets of a document's links that lead nowhere. */
function brokenLinks(document: string): string[] {
  const targets = [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path ? relative(ROOT, join(ROOT, dirname(document), path)) : document;
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && !anchorsOf(file).includes(anchor);
  });
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s has no link that leads nowhere', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it('name every variable that an app reads, and no other one', () => {
    const read = CONFIGS.flatMap((path) => [...textOf(path).matchAll(/(?:^\s+|\{ )([A-Z][A-Z_]+): /gm)]).map(
      ([, name]) => name,
    );
    const page = textOf('docs/configuration.md');
    const named = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)])
      .map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(read));
  });

  it('begin with the two commands', () => {
    expect(textOf('README.md').slice(0, 1_000)).toMatch(/```sh\nnpm start .*\nnpm test /);
  });
});
