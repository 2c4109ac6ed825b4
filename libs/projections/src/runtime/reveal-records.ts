import type { RevealEvents } from '../event-source.js';
import { ProjectionError } from '../projection.errors.js';
import type { DecodedRecord } from './decode-record.js';

/**
 * Reads what is encrypted in records. The records themselves stay as they were: what is parked or set aside of them is
 * encrypted. A record that cannot be read is at fault, and its key alone.
 * @throws as `RevealEvents` does
 */
export async function revealRecords(
  projection: string,
  decoded: readonly DecodedRecord[],
  reveal: RevealEvents,
): Promise<readonly DecodedRecord[]> {
  const readable = decoded.filter((each) => 'event' in each);
  const revealed = await reveal(readable.map(({ event }) => event));
  const results = new Map(readable.map(({ record }, index) => [record, revealed[index]!]));
  return decoded.map((each) => {
    const result = results.get(each.record);
    if (result === undefined) return each;
    const { record, key } = each;
    if (!(result instanceof Error)) return { record, key, event: result };
    const message = `offset ${record.offset} cannot be read: ${result.message}`;
    return { record, key, fault: new ProjectionError('undecodable', projection, message, { cause: result }) };
  });
}
