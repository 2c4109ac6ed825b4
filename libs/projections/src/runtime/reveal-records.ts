import type { RecordedEvent } from '@eventfleet/contracts';
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
  const events: RecordedEvent[] = [];
  for (const each of decoded) if ('event' in each) events.push(each.event);
  const revealed = (await reveal(events)).values();
  return decoded.map((each) => {
    if ('fault' in each) return each;
    const { record, key } = each;
    const event = revealed.next().value!;
    if (!(event instanceof Error)) return { record, key, event };
    const message = `offset ${record.offset} cannot be read: ${event.message}`;
    return { record, key, fault: new ProjectionError('undecodable', projection, message, { cause: event }) };
  });
}
