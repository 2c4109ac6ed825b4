import type { DestinationStream } from 'pino';

/** What writes lines in the end. Pino's own destination is one. */
export interface LineDestination {
  write(lines: string): unknown;
  /** Writes what is kept, before it returns. */
  flushSync(): void;
}

const LONGEST_MS = 20;
/** In characters: it suffices to write seldom. */
const ENOUGH = 8 * 1_024;

/**
 * Lets lines wait for more, at most 20 ms or for some 8 KB: under load they are written many at a time, and nothing is done
 * while there are none. Pino flushes a fatal line at once. Pino's destination could gather them too (`minLength`), but it
 * measures, and so copies, all that it has gathered for each line.
 */
export function gatherLines(destination: LineDestination): DestinationStream & { flushSync(): void } {
  let lines: string[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  const handOver = () => {
    if (lines.length > 0) destination.write(lines.join(''));
    lines = [];
    length = 0;
  };
  const onTimer = () => {
    timer = undefined;
    handOver();
  };
  return {
    write(line) {
      lines.push(line);
      length += line.length;
      if (length >= ENOUGH) handOver();
      else timer ??= setTimeout(onTimer, LONGEST_MS);
    },
    flushSync() {
      handOver();
      destination.flushSync();
    },
  };
}
