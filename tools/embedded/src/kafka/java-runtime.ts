import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../process/run-command.js';
import type { KafkaRuntime } from './kafka-runtime.js';

const LOG_CONFIG = fileURLToPath(new URL('../../kafka/log4j2.properties', import.meta.url));
const OLDEST_JAVA = 17;
/** Compiles once and quickly. */
const QUICK_COMPILER = '-XX:TieredStopAtLevel=1';
const HEAP_MB = 512;
const heapOf = (heapMb: number) => ['-Xms128m', `-Xmx${heapMb}m`, '-XX:+UseSerialGC'];

export function javaRuntime(jars: string): KafkaRuntime {
  const classPath = ['-cp', join(jars, '*')];
  return {
    bindAddress: '127.0.0.1',
    storageTool: (args) =>
      runCommand('java', [
        QUICK_COMPILER,
        '-XX:+UseSerialGC',
        ...classPath,
        'kafka.tools.StorageTool',
        ...args,
      ]),
    broker: (propertiesFile, { heapMb = HEAP_MB, fullCompiler = false }) => ({
      command: 'java',
      args: [
        ...heapOf(heapMb),
        ...(fullCompiler ? [] : [QUICK_COMPILER]),
        `-Dlog4j2.configurationFile=${LOG_CONFIG}`,
        ...classPath,
        'kafka.Kafka',
        propertiesFile,
      ],
    }),
  };
}

/** Why Kafka cannot run on this machine's own Java; undefined when it can. */
export async function javaMissing(): Promise<string | undefined> {
  const { ok, output } = await runCommand('java', ['-version']);
  const version = Number(/version "(\d+)/.exec(output)?.[1]);
  if (!ok || Number.isNaN(version)) return 'no Java';
  return version < OLDEST_JAVA ? `only Java ${version}` : undefined;
}
