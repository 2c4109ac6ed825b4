import { keyList } from './key-list.js';

const BYTES = 32;

/** The first key wraps data keys, all unwrap them. One key alone needs no name: it is called `default`. */
export const personalDataKeyList = keyList({
  fits: (bytes) => bytes === BYTES,
  size: `${BYTES} bytes`,
  nameOfOnly: 'default',
});
