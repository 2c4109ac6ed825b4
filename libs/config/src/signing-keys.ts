import { keyList } from './key-list.js';

const MIN_BYTES = 32;

/** The first key signs, all verify. */
export const signingKeyList = keyList({
  fits: (bytes) => bytes >= MIN_BYTES,
  size: `at least ${MIN_BYTES} bytes`,
});
