import type { DomainEvent, RecordedEvent } from '@eventfleet/contracts';
import type { Claim, Decider } from '@eventfleet/domain';
import type { Statement } from '@eventfleet/postgres';
import type pg from 'pg';
import {
  destroyKeys,
  diffClaims,
  erasureIdOf,
  StreamHeads,
  type PersonalData,
} from '@eventfleet/event-store';

/** A decider, whatever its state and its events: what folds an aggregate, and says what it holds exclusively. */
export type AnyDecider = Pick<
  Decider<unknown, never, DomainEvent>,
  'catalog' | 'initialState' | 'stateVersion' | 'evolve' | 'claims'
>;

/** Another aggregate holds what these events claim. */
export class ClaimTaken extends Error {}

/**
 * Appends published events to their stream again, as they were: ids, versions, times and metadata. Their claims are taken
 * by what the decider makes of them, and the keys of aggregates that they erase are destroyed again. Belongs to the
 * client's transaction.
 * @param stored all events that the stream has
 * @param personalData undefined if nothing is encrypted
 * @throws ClaimTaken if another aggregate holds a claim by now; the server's unique violation if a version is taken
 */
export async function adoptEvents(
  client: pg.ClientBase,
  decider: AnyDecider,
  stored: readonly RecordedEvent[],
  adopted: readonly RecordedEvent[],
  personalData: PersonalData | undefined,
): Promise<void> {
  const before = await fold(decider, decider.initialState, stored, personalData);
  const after = await fold(decider, before, adopted, personalData);
  const id = adopted[0]!.aggregateId;
  await exchangeClaims(client, id, decider.claims(before), decider.claims(after), personalData);
  await client.query(await insertPublishedEvents(client, adopted));
  await eraseAgain(client, decider, adopted);
}

/** A store that went back in time has the keys again that were destroyed since. */
export async function eraseAgain(
  client: pg.ClientBase,
  { catalog }: AnyDecider,
  adopted: readonly RecordedEvent[],
): Promise<void> {
  const erased = adopted.filter(({ type }) => type === catalog.erasedBy);
  if (erased.length === 0) return;
  const aggregates = erased.map(({ aggregateType, aggregateId }) => {
    return { aggregateType, aggregateId, erasureId: erasureIdOf(aggregateType, aggregateId) };
  });
  for (const statement of destroyKeys(aggregates)) await client.query(statement);
}

/** @throws ClaimTaken */
export async function exchangeClaims(
  client: pg.ClientBase,
  aggregateId: string,
  before: readonly Claim[],
  after: readonly Claim[],
  personalData: PersonalData | undefined,
): Promise<void> {
  const stored = async (claims: readonly Claim[]) => (await personalData?.hashClaims(claims)) ?? claims;
  const { released, taken } = diffClaims(await stored(before), await stored(after));
  for (const { scope, key } of released) {
    await client.query(`delete from claims where scope = $1 and key = $2 and aggregate_id = $3`, [
      scope,
      key,
      aggregateId,
    ]);
  }
  for (const { scope, key } of taken) {
    const { rows } = await client.query<{ aggregate_id: string }>(
      `insert into claims (scope, key, aggregate_id) values ($1, $2, $3)
       on conflict (scope, key) do update set key = excluded.key returning aggregate_id`,
      [scope, key, aggregateId],
    );
    if (rows[0]?.aggregate_id !== aggregateId) throw new ClaimTaken();
  }
}

/** Of personal data whose key is lost, as of personal data that is erased, the state has what stands in its place. */
export async function fold(
  decider: AnyDecider,
  state: unknown,
  events: readonly RecordedEvent[],
  personalData: PersonalData | undefined,
): Promise<unknown> {
  const plain = (await personalData?.revealOrErased(events)) ?? events;
  return plain.reduce((folded, event) => decider.evolve(folded, decider.catalog.parse(event)), state);
}

/** With the global positions that they had; those of later events lie above them. They are chained to what is stored. */
export async function insertPublishedEvents(
  client: pg.ClientBase,
  events: readonly RecordedEvent[],
): Promise<Statement> {
  const chained = await new StreamHeads().chain(client, events);
  return {
    text: `with positions as (
             select setval(pg_get_serial_sequence('events', 'global_position'),
                           greatest((select max(global_position) from unnest($12::bigint[]) as published (global_position)),
                                    (select last_value from pg_sequences where schemaname = current_schema() and
                                      sequencename = 'events_global_position_seq'))))
           insert into events (event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data,
                               occurred_at, correlation_id, causation_id, traceparent, global_position, actor, hash)
           overriding system value
           select event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data, occurred_at,
             correlation_id, causation_id, traceparent, global_position, actor, decode(hash, 'hex')
           from positions, unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::uuid[],
             $6::integer[], $7::json[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::bigint[],
             $13::text[], $14::text[])
             as published (event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data, occurred_at,
                           correlation_id, causation_id, traceparent, global_position, actor, hash)`,
    values: [
      events.map((event) => event.eventId),
      events.map((event) => event.type),
      events.map((event) => event.schemaVersion),
      events.map((event) => event.aggregateType),
      events.map((event) => event.aggregateId),
      events.map((event) => event.version),
      events.map((event) => event.data),
      events.map((event) => event.occurredAt),
      events.map((event) => event.correlationId),
      events.map((event) => event.causationId),
      events.map((event) => event.traceparent),
      events.map((event) => event.globalPosition),
      events.map((event) => event.actor ?? null),
      chained.map((event) => event.hash),
    ],
  };
}
