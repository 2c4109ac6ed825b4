import pg from 'pg';

/** How long partitions stand still: each of each projection, as `<projection>/<partition>`. */
export interface PauseWatch {
  /** The longest since the watch began or was reset, one that still goes on included; milliseconds. */
  longest(): { partition: string; ms: number };
  forget(): void;
  /** Where each partition's checkpoint was at the last look. */
  offsets(): Map<string, bigint>;
  stop(): Promise<void>;
}

const EVERY_MS = 50;

/** Looks at the checkpoints again and again. Under a load that keeps every partition busy, one that stands still pauses. */
export async function watchPauses(readStoreUrl: string): Promise<PauseWatch> {
  const store = new pg.Client({ connectionString: readStoreUrl });
  await store.connect();
  const moved = new Map<string, { offset: string; at: number; longestMs: number }>();
  let running = true;
  const look = async () => {
    const { rows } = await store.query<{ projection: string; partition: number; next_offset: string }>(
      'select projection, partition, next_offset from projection_checkpoints',
    );
    const now = performance.now();
    for (const { projection, partition, next_offset: offset } of rows) {
      const key = `${projection}/${partition}`;
      const last = moved.get(key);
      const longestMs = Math.max(last?.longestMs ?? 0, last ? now - last.at : 0);
      moved.set(key, { offset, at: last?.offset === offset ? last.at : now, longestMs });
    }
  };
  const watching = (async () => {
    while (running) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    longest() {
      const found = [...moved].map(([partition, { longestMs }]) => ({
        partition,
        ms: Math.round(longestMs),
      }));
      return found.toSorted((a, b) => b.ms - a.ms)[0] ?? { partition: 'none', ms: 0 };
    },
    forget() {
      for (const pause of moved.values()) pause.longestMs = 0;
    },
    offsets: () => new Map([...moved].map(([partition, { offset }]) => [partition, BigInt(offset)])),
    async stop() {
      running = false;
      await watching;
      await store.end();
    },
  };
}
