import type pg from 'pg';
import { RecentMap } from '../recent-map.js';
import type { ChainedEvent, NewEvent } from '../sql/append-batch.js';
import type { StreamId } from '../sql/read-stream.js';
import { hashEvent } from './event-hash.js';

interface Head {
  readonly version: number;
  /** In hexadecimal; undefined if the event is older than the chain. */
  readonly hash: string | undefined;
}

interface HeadRow {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly hash: string | null;
}

const MOST_HEADS = 20_000;

/** The hashes of the last events of streams, in memory. One that is behind is never used: its version does not fit. */
export class StreamHeads {
  private readonly heads = new RecentMap<Head>(MOST_HEADS);

  /** Chains events of any streams to what the store has before them; those of a stream in version order. */
  async chain(store: pg.Pool | pg.ClientBase, events: readonly NewEvent[]): Promise<ChainedEvent[]> {
    const heads = await this.headsBefore(store, events);
    return events.map((event) => {
      const stream = streamOf(event);
      const hash = hashEvent(heads.get(stream)?.hash, event);
      heads.set(stream, { version: event.version, hash });
      return { ...event, hash };
    });
  }

  /** Of events that are stored by now. */
  keep(events: readonly ChainedEvent[]): void {
    for (const event of events) this.heads.set(streamOf(event), { version: event.version, hash: event.hash });
  }

  /** The store may have changed other than by appends. */
  clear(): void {
    this.heads.clear();
  }

  private async headsBefore(
    store: pg.Pool | pg.ClientBase,
    events: readonly NewEvent[],
  ): Promise<Map<string, Head>> {
    const heads = new Map<string, Head>();
    const unknown: NewEvent[] = [];
    const seen = new Set<string>();
    for (const event of events) {
      const stream = streamOf(event);
      if (seen.has(stream) || event.version === 1) {
        seen.add(stream);
        continue;
      }
      seen.add(stream);
      const head = this.heads.get(stream);
      if (head?.version === event.version - 1) heads.set(stream, head);
      else unknown.push(event);
    }
    if (unknown.length === 0) return heads;
    const { rows } = await store.query<HeadRow>({
      name: 'read-stream-heads',
      // A look into the index for each. For a join, a plan that was kept since the table was small reads all of it.
      text: `select type, id, version, (select encode(hash, 'hex') from events where aggregate_type = wanted.type
               and aggregate_id = wanted.id and events.version = wanted.version) as hash
             from unnest($1::text[], $2::uuid[], $3::integer[]) as wanted (type, id, version)`,
      values: [
        unknown.map((event) => event.aggregateType),
        unknown.map((event) => event.aggregateId),
        unknown.map((event) => event.version - 1),
      ],
    });
    for (const { type, id, version, hash } of rows)
      heads.set(streamOf({ aggregateType: type, aggregateId: id }), { version, hash: hash ?? undefined });
    return heads;
  }
}

function streamOf({ aggregateType, aggregateId }: StreamId): string {
  return `${aggregateType} ${aggregateId}`;
}
