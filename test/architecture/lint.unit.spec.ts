import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

interface Diagnostic {
  /** `plugin(rule)` */
  readonly code: string;
  readonly severity: string;
  readonly filename: string;
}

const root = resolve(import.meta.dirname, '../..');
const violations = resolve(import.meta.dirname, 'violations/lint');

/** A file of the violations folder says by its name which rule it breaks: `<rule>.ts` or `<rule>.<how>.ts`. */
const ruleOf = (file: string) => basename(file).split('.')[0];

describe('the lint rules', () => {
  it('find each deliberate violation as an error, and nothing else', async () => {
    const entries = await readdir(violations, { recursive: true });
    const deliberate = entries
      .filter((file) => file.endsWith('.ts') && ruleOf(file) !== 'sound')
      .map((file) => `error ${ruleOf(file)}: ${file}`);
    const reported = (await lint()).map(
      ({ severity, code, filename }) => `${severity} ${/[(](.+)[)]/.exec(code)?.[1]}: ${filename}`,
    );
    expect(reported.toSorted()).toEqual(deliberate.toSorted());
  });
});

/** The folder's own configuration extends the project's, whose ignore patterns would skip these files. */
function lint(): Promise<Diagnostic[]> {
  const command = resolve(root, 'node_modules/oxlint/bin/oxlint');
  const args = [command, '--type-aware', '--config', 'oxlint.json', '--format', 'json'];
  return new Promise((done, failed) => {
    execFile(process.execPath, args, { cwd: violations }, (_exitCode, stdout, stderr) => {
      try {
        done((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
      } catch (cause) {
        failed(new Error(`oxlint: ${stderr || stdout}`, { cause }));
      }
    });
  });
}
