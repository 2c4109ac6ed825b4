import { setImmediate as nextTurn } from 'node:timers/promises';
import { hashEvent, type NewEvent } from '@eventfleet/event-store';
import { copyIn, type CopyRow } from '@eventfleet/postgres';
import { withClient } from '@eventfleet/testing';
import { claimsOf, eventOf } from './events.ts';
import type { History } from './history.ts';
import { withoutIndexes } from './without-indexes.ts';

/** Events made and copied at a time. */
const CHUNK = 5_000;
const TABLES = ['events', 'claims'];
const EVENT_COLUMNS = `event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data, occurred_at,
  correlation_id, causation_id, traceparent, hash`;

/** The first and the last event. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Copies events of a history to a migrated event store, with the hashes and claims that commands give them. */
export function seedEvents(eventStoreUrl: string, history: History, span: Span): Promise<void> {
  return withClient(eventStoreUrl, async (client) => {
    const hashes = new Hashes(history, span);
    const copy = async () => {
      let underWay: Promise<void> = Promise.resolve();
      for (let first = span.from; first <= span.to; first += CHUNK) {
        const rows: CopyRow[] = [];
        const events: NewEvent[] = [];
        for (let n = first; n < first + CHUNK && n <= span.to; n++) {
          const event = eventOf(n, history);
          events.push(event);
          rows.push(toRow(event, hashes.next(n, event)));
        }
        const claims = claimsOf(events).map(({ scope, key, aggregateId }) => [scope, key, aggregateId]);
        await underWay;
        underWay = copyIn(client, `events (${EVENT_COLUMNS})`, rows).then(() =>
          copyIn(client, 'claims (scope, key, aggregate_id)', claims),
        );
        underWay.catch(() => undefined);
        // Lets them go out before the next ones are made.
        await nextTurn();
      }
      await underWay;
    };
    await client.query('set synchronous_commit = off');
    await (span.from === 1 ? withoutIndexes(client, TABLES, copy) : copy());
    // As autovacuum would have done by now.
    await client.query(`vacuum analyze ${TABLES.join()}`);
  });
}

function toRow(event: NewEvent, hash: string): CopyRow {
  return [
    event.eventId,
    event.type,
    event.schemaVersion,
    event.aggregateType,
    event.aggregateId,
    event.version,
    event.data,
    event.occurredAt,
    event.correlationId,
    event.causationId,
    event.traceparent,
    `\\x${hash}`,
  ];
}

const HASH_BYTES = 32;

/** The hashes of a span of events, made in its order; of each user the last one is kept. */
class Hashes {
  readonly #history: History;
  readonly #span: Span;
  readonly #last: Buffer;

  constructor(history: History, span: Span) {
    this.#history = history;
    this.#span = span;
    this.#last = Buffer.alloc(history.usersIn(span.to) * HASH_BYTES);
  }

  next(n: number, event: NewEvent): string {
    const { user } = this.#history.placeOf(n);
    const place = this.#last.subarray((user - 1) * HASH_BYTES, user * HASH_BYTES);
    const hash = hashEvent(this.#before(n, place), event);
    place.write(hash, 'hex');
    return hash;
  }

  #before(n: number, kept: Buffer): string | undefined {
    const previous = this.#previousOf(n);
    if (previous === undefined) return undefined;
    return previous >= this.#span.from ? kept.toString('hex') : this.#hashOf(previous);
  }

  #hashOf(n: number): string {
    const previous = this.#previousOf(n);
    return hashEvent(previous === undefined ? undefined : this.#hashOf(previous), eventOf(n, this.#history));
  }

  #previousOf(n: number): number | undefined {
    const { user, version } = this.#history.placeOf(n);
    return version === 1 ? undefined : this.#history.numberOf({ user, version: version - 1 });
  }
}
