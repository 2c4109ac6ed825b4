import { join } from 'node:path';
import { lastLines, spawnServer } from '@eventfleet/embedded';
import { ROOT } from '../bootstrap/root.mjs';
import { prepareLog } from './log-file.ts';
import type { FleetSettings } from './up.config.ts';

/**
 * Databases, their schemas and topics, by the operators' own command.
 * @throws Error with its last lines
 */
export async function migrate(
  { logDir, runDir }: FleetSettings,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const logFile = await prepareLog(logDir, 'migrate');
  const server = await spawnServer({
    name: 'migrate',
    command: process.execPath,
    args: [join(ROOT, 'apps', 'fleet', 'dist', 'main.js'), 'migrate'],
    env: { ...process.env, ...env },
    logFile,
    pidFile: join(runDir, 'migrate.pid'),
  });
  const stop = () => void server.stop();
  signal.addEventListener('abort', stop);
  const ending = await server.exited;
  signal.removeEventListener('abort', stop);
  if (ending === 'exit code 0') return;
  const lines = await lastLines(logFile);
  throw new Error([`migrations failed: ${ending}`, ...lines.map((line) => `  ${line}`)].join('\n'));
}
