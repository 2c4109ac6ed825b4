import type { DestinationStream } from 'pino';

/** A destination that keeps lines until there are enough for a write. Pino's own is one, with `minLength`. */
export interface GatheringDestination extends DestinationStream {
  /** Begins to write what is kept. */
  flush(): void;
  /** Writes what is kept, before it returns. */
  flushSync(): void;
}

const LONGEST_MS = 20;

/**
 * Lets lines wait for more, at most 20 ms: under load they are written many at a time, and nothing is done while there
 * are none. Pino flushes a fatal line at once.
 */
export function gatherLines(destination: GatheringDestination): DestinationStream & { flushSync(): void } {
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    destination.flush();
  };
  return {
    write(line) {
      destination.write(line);
      timer ??= setTimeout(flush, LONGEST_MS);
    },
    flushSync: () => destination.flushSync(),
  };
}
