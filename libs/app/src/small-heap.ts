import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap near what is alive; import it first in an app's main. By default V8 lets a heap grow to several times
 * that on a machine with much memory, as requests and batches come and go. V8 reads this flag at each collection,
 * so it may be set after the start.
 */
setFlagsFromString('--heap-growing-percent=50');

/** One thread collects so small a young generation in a millisecond or two. To wait for helpers takes longer on few cores. */
setFlagsFromString('--no-parallel-scavenge');
