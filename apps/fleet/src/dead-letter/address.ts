import type { DeadLetterAddress } from '@eventfleet/kafka';

const ADDRESS = /^([\w.-]+)\/(\d{1,9})\/(\d{1,18})$/;

/** Undefined when it is none. */
export function parseAddress(text: string): DeadLetterAddress | undefined {
  const [, topic, partition, offset] = ADDRESS.exec(text) ?? [];
  if (!topic || !partition || !offset) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset) };
}

export function formatAddress({ topic, partition, offset }: DeadLetterAddress): string {
  return `${topic}/${partition}/${offset}`;
}
