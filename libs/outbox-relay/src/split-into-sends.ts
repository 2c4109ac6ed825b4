import type { OutgoingMessage } from '@eventfleet/kafka';

/** Below the broker's default `max.message.bytes` (1 MiB), which bounds what one send may hold for one partition. */
const MAX_PARTITION_BYTES = 800_000;

/** Splits messages into sends, in order, so that none holds too much for a partition. */
export function splitIntoSends(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const sends: OutgoingMessage[][] = [];
  let current: OutgoingMessage[] = [];
  let bytes = new Map<number, number>();
  for (const message of messages) {
    const size = sizeOf(message);
    const partitionBytes = (bytes.get(message.partition) ?? 0) + size;
    if (partitionBytes > MAX_PARTITION_BYTES && current.length > 0) {
      sends.push(current);
      current = [];
      bytes = new Map([[message.partition, size]]);
    } else {
      bytes.set(message.partition, partitionBytes);
    }
    current.push(message);
  }
  if (current.length > 0) sends.push(current);
  return sends;
}

/** An upper bound of the record's size: a UTF-16 unit is at most three bytes of UTF-8. */
function sizeOf(message: OutgoingMessage): number {
  const { key, value, headers } = message;
  let units = key.length + value.length;
  for (const name of Object.keys(headers)) units += name.length + headers[name]!.length + 8;
  return units * 3 + 32;
}
