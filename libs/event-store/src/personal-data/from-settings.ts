import type pg from 'pg';
import { LocalKeyWrapper, type KeyWrapper, type WrappingKey } from './key-wrapper.js';
import { PersonalData } from './personal-data.js';

/** @returns undefined without keys: nothing is encrypted then, and nothing encrypted can be read */
export function personalDataOf(pool: pg.Pool, keys: readonly WrappingKey[]): PersonalData | undefined {
  const wrapper = keyWrapperOf(keys);
  return wrapper && new PersonalData({ pool, wrapper });
}

/** @returns undefined without keys */
export function keyWrapperOf([first, ...others]: readonly WrappingKey[]): KeyWrapper | undefined {
  return first && new LocalKeyWrapper([first, ...others]);
}
