import { join } from 'node:path';
import type { FleetSettings } from './up.config.ts';

/** Where Node keeps the code that it has compiled, so that the next start takes less time. */
export function compiledCode({ dataDir }: Pick<FleetSettings, 'dataDir'>): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: join(dataDir, 'cache', 'compiled') };
}
