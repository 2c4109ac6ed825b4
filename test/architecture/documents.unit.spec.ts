import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'bench/**/*.md', 'examples/*/*.md', 'test/chaos/*.md'], {
  cwd: ROOT,
}).filter((path) => !path.includes('node_modules'));
const CONFIGS = globSync(
  [
    'libs/config/src/{app-addresses,auth,variables}.ts',
    'apps/*/src/*.config.ts',
    'scripts/fleet/up.config.ts',
  ],
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

interface Step {
  readonly file: string;
  /** The name of a file above that imports it; undefined where a walk enters an app. */
  readonly importedBy: string | undefined;
}

/** The tables of docs/walks.md: text, link, importer. */
function walks(): Step[][] {
  const rows = /^\|[^|]+\| \[[^\]]+\]\(\.\.\/([^)]+)\) +\| +(?:`([^`]+)`)? *\|$/gm;
  return textOf('docs/walks.md')
    .split('\n## ')
    .slice(1)
    .map((section) => [...section.matchAll(rows)].map(([, file = '', importedBy]) => ({ file, importedBy })));
}

/** The files of ours that a file imports. What a lib's entry passes on counts as imported. */
function importsOf(file: string): string[] {
  return [...textOf(file).matchAll(/from '([^']+)'/g)].flatMap(([, name = '']) => {
    if (name.startsWith('.')) return [join(dirname(file), name.replace(/\.js$/, '.ts'))];
    const [, lib, entry = 'index'] = /^@eventfleet\/([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
    return lib === undefined ? [] : exportsOf(`libs/${lib}/src/${entry}.ts`);
  });
}

/** An entry of a library may take over another one of it. */
function exportsOf(entry: string): string[] {
  return importsOf(entry).flatMap((file) =>
    dirname(file) === dirname(entry) ? [file, ...importsOf(file)] : [file],
  );
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

  it('walk through the code along its imports', () => {
    expect(walks().map((steps) => steps.length > 10)).toEqual([true, true, true, true]);
    for (const steps of walks()) {
      for (const [index, { file, importedBy }] of steps.entries()) {
        const importers = steps.slice(0, index).filter((step) => step.file.endsWith(`/${importedBy}`));
        const isReached = importers.some((step) => importsOf(step.file).includes(file));
        expect([file, isReached || file.endsWith('/main.ts')]).toEqual([file, true]);
      }
    }
  });

  it('begin with the two commands', () => {
    expect(textOf('README.md').slice(0, 1_000)).toMatch(/```sh\nnpm start .*\nnpm test /);
  });
});
