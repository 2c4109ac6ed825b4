import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench } from './bench.ts';

const run = promisify(execFile);

/** A peer that a compiler of its own builds. */
export interface PeerBuild {
  /** Its folder under `peers/`. */
  readonly name: string;
  /** Programs that it needs, each with arguments that only ask for its version. */
  readonly tools: readonly Program[];
  /** Builds it into a folder. */
  readonly command: (folder: string) => Program;
  readonly env?: Readonly<Record<string, string>>;
  /** The built file in that folder. */
  readonly file: string;
}

type Program = readonly [command: string, ...args: string[]];

/** The built file, or why there is none. */
export type BuiltPeer = { readonly file: string } | { readonly missing: string };

/** Builds a peer into the cache, unless it was built from the same sources before. Never rejects for a peer's sake. */
export async function buildPeer(
  { cacheDir, say }: Pick<Bench, 'cacheDir' | 'say'>,
  { name, tools, command, env, file }: PeerBuild,
): Promise<BuiltPeer> {
  const sources = fileURLToPath(new URL(`../peers/${name}/`, import.meta.url));
  for (const [tool, ...args] of tools) {
    const isThere = await run(tool, args, { cwd: sources }).then(
      () => true,
      () => false,
    );
    if (!isThere) return { missing: `no ${tool} on this machine` };
  }
  const folder = join(cacheDir, `peer-${name}-${await hashOf(sources)}`);
  const built = { file: join(folder, file) };
  if (await exists(built.file)) return built;

  say(`building ${name}, once`);
  await mkdir(cacheDir, { recursive: true });
  const draft = await mkdtemp(`${folder}-`);
  try {
    const [program, ...args] = command(draft);
    await run(program, args, { cwd: sources, env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 });
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return built;
  } catch (error) {
    return { missing: `it could not be built: ${whatItWrote(error)}` };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Of all files of a folder, with their names. */
async function hashOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash
      .update(`${file.slice(folder.length)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function whatItWrote(error: unknown): string {
  const { stdout = '', stderr = '', message = '' } = error as Record<string, string | undefined>;
  const lines = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');
  return lines === '' ? message : lines;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
