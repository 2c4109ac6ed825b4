import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap near what is alive; import it first in an app's main. By default V8 lets a heap grow to several times
 * that on a machine with much memory, as requests and batches come and go. V8 reads these flags at each collection,
 * so they may be set after the start.
 */
for (const flag of ['--heap-growing-percent=20', '--semi-space-growth-factor=1', '--optimize-for-size']) {
  setFlagsFromString(flag);
}
