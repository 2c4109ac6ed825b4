import { parentPort, workerData } from 'node:worker_threads';

/** One piece of work: how long it took, and how much of that it had a core. In milliseconds. */
export interface Piece {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const NUMBERS = 500_000;
/** The compiler's part is not counted. */
const WARM_UP = 3;

parentPort?.postMessage(workOn(workerData as number), []);

/** Sorts the same numbers again and again: it takes a core, its caches and some memory. */
function workOn(pieces: number): Piece[] {
  const numbers = Float64Array.from(
    { length: NUMBERS },
    (_, index) => (index * 2_654_435_761) % 4_294_967_296,
  );
  const sorted = new Float64Array(NUMBERS);
  const work = () => {
    sorted.set(numbers);
    const cpuBefore = process.threadCpuUsage();
    const before = performance.now();
    sorted.sort();
    const wallMs = performance.now() - before;
    const { user, system } = process.threadCpuUsage(cpuBefore);
    return { wallMs, cpuMs: (user + system) / 1_000 };
  };
  return Array.from({ length: WARM_UP + pieces }, work).slice(WARM_UP);
}
