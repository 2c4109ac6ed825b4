import { hash } from 'node:crypto';
import { joinWithLengths } from '@eventfleet/contracts';
import type { NewEvent } from '../sql/append-batch.js';

const FORM = 'eventfleet-chain-1';

/**
 * The hash of an event as it is stored, and of all events of its stream before it: SHA-256 over the form's name, the hash
 * of the event before, and each part of the event, each with its length. Personal fields are hashed as they are
 * encrypted, so an erasure leaves the chain as it was.
 * @param previous in hexadecimal; undefined for the first event of a stream that has a hash
 * @returns in hexadecimal: a text is cheaper to keep than a buffer
 */
export function hashEvent(previous: string | undefined, event: NewEvent): string {
  const before = previous === undefined ? '' : Buffer.from(previous, 'hex');
  return hash('sha256', joinWithLengths([FORM, before, ...partsOf(event)]), 'hex');
}

function partsOf(event: NewEvent): readonly string[] {
  return [
    event.aggregateType,
    event.aggregateId.toLowerCase(),
    String(event.version),
    event.eventId.toLowerCase(),
    event.type,
    String(event.schemaVersion),
    event.data,
    // As the store gives it back.
    new Date(event.occurredAt).toISOString(),
    event.correlationId,
    event.causationId,
    event.traceparent,
    // Events of before, and those that nobody had to ask for, have none.
    ...(event.actor === undefined ? [] : [event.actor]),
  ];
}
