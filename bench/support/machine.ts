import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { withClient } from '@eventfleet/testing';
import type { Servers } from './servers.ts';

/** What the figures were measured on: they compare with others of the same machine only. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly postgres: string;
  readonly kafka: string;
}

export async function describeMachine({ postgresUrl }: Servers): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    postgres: await postgresVersion(postgresUrl),
    kafka: await kafkaVersion(),
  };
}

export function machineLine({ cpu, cores, memoryGb, platform, node, postgres, kafka }: Machine): string {
  return (
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}; ` +
    `Node ${node}, Postgres ${postgres}, Kafka ${kafka}; servers, load and all contestants on it`
  );
}

function postgresVersion(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  });
}

/** As the embedded Kafka is declared. */
async function kafkaVersion(): Promise<string> {
  const pom = await readFile(new URL('../../tools/embedded/kafka/pom.xml', import.meta.url), 'utf8');
  return /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
}
