import { headerText } from '@eventfleet/contracts';
import type { EventIdentity } from '../event-source.js';
import type { DecodedRecord } from '../runtime/decode-record.js';
import { isAggregateId } from '../runtime/record-key.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VERSION = /^[1-9]\d{0,8}$/;

/**
 * Which event a record claims to be, also if it cannot be read as one. Undefined if it names none that the event store
 * could have: its ids are UUIDs.
 */
export function identityOf(decoded: DecodedRecord): EventIdentity | undefined {
  const identity = 'event' in decoded ? namesOf(decoded.event) : claimedBy(decoded);
  return identity && UUID.test(identity.eventId) ? identity : undefined;
}

/** Not the event itself: nothing else of it is kept. */
function namesOf({ eventId, aggregateType, aggregateId, version }: EventIdentity): EventIdentity {
  return { eventId, aggregateType, aggregateId, version };
}

function claimedBy({ key, record: { headers = {} } }: DecodedRecord): EventIdentity | undefined {
  const eventId = headerText(headers['ce_id']) ?? '';
  const type = headerText(headers['ce_type']) ?? '';
  const version = headerText(headers['ce_aggregateversion']) ?? '';
  if (!isAggregateId(key) || !VERSION.test(version)) return undefined;
  return {
    eventId,
    aggregateType: type.slice(0, Math.max(0, type.indexOf('.'))),
    aggregateId: key,
    version: Number(version),
  };
}
