import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Component {
  readonly purl: string;
  readonly scope: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

interface Entry {
  readonly version?: string;
  readonly name?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const json = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

it('the list of components has every package of the lock file, each with its checksum', () => {
  execFileSync('npm', ['run', 'sbom'], { cwd: ROOT, stdio: 'ignore' });
  const bom = json('sbom.cdx.json') as { bomFormat: string; components: Component[] };
  const { packages } = json('package-lock.json') as { packages: Record<string, Entry> };
  const locked = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );

  expect(bom.bomFormat).toBe('CycloneDX');
  const known = new Map(bom.components.map((component) => [component.purl, component]));
  const wrong = locked.filter(([path, { name, version, integrity = '' }]) => {
    const component = known.get(purlOf(name ?? path.split('node_modules/').at(-1)!, version!));
    const [, base64 = ''] = integrity.split('sha512-');
    const checksum = Buffer.from(base64, 'base64').toString('hex');
    return !component?.hashes?.some(({ alg, content }) => alg === 'SHA-512' && content === checksum);
  });
  expect(locked.length).toBeGreaterThan(100);
  expect(wrong.map(([path]) => path)).toEqual([]);
});

function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
