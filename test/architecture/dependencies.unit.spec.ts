import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
  readonly cycle?: readonly { readonly name: string }[];
}

const root = resolve(import.meta.dirname, '../..');
const violations = resolve(import.meta.dirname, 'violations/dependencies');
const config = resolve(root, '.dependency-cruiser.cjs');
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };

/** A file of the violations tree says by its name which rule it breaks: `<rule>.ts` or `<rule>.<how>.ts`. */
const ruleOf = (file: string) => basename(file).split('.')[0];

/** That they hold in the project itself is what `npm run check:architecture` says. */
describe('the dependency rules', () => {
  let found: Violation[];
  let files: string[];

  beforeAll(async () => {
    found = await cruise(violations, ['apps', 'libs', 'tools', 'examples', 'scripts']);
    const entries = await readdir(violations, { recursive: true });
    files = entries.filter((file) => file.endsWith('.ts'));
  });

  it.each(forbidden.map(({ name }) => name))('%s finds its deliberate violations', (rule) => {
    const deliberate = files.filter((file) => ruleOf(file) === rule);
    const reported = new Set(found.filter((violation) => violation.rule.name === rule).flatMap(filesOf));
    expect(deliberate).not.toEqual([]);
    expect([...reported].toSorted()).toEqual(deliberate.toSorted());
  });

  it('find nothing else', () => {
    expect(found.filter(({ from, rule }) => ruleOf(from) !== rule.name)).toEqual([]);
  });
});

function filesOf({ from, cycle = [] }: Violation): string[] {
  return [from, ...cycle.map(({ name }) => name)];
}

function cruise(folder: string, paths: string[]): Promise<Violation[]> {
  const command = resolve(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [command, '--config', config, '--output-type', 'json', ...paths];
  return new Promise((done, failed) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1e9 }, (_exitCode, stdout, stderr) => {
      try {
        done((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
      } catch (cause) {
        failed(new Error(`dependency-cruiser: ${stderr || stdout}`, { cause }));
      }
    });
  });
}
