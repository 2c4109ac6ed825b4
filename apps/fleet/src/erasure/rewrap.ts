import { keyWrapperOf, rewrapKeys } from '@eventfleet/event-store';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

/** Wraps all keys of personal data by the first key of `PERSONAL_DATA_KEY`. @throws Error without that variable */
export async function rewrap({ eventStoreUrl, personalDataKeys }: FleetConfig): Promise<void> {
  const wrapper = keyWrapperOf(personalDataKeys);
  if (!wrapper) throw new Error('PERSONAL_DATA_KEY is not set');
  const count = await withPool(eventStoreUrl, (pool) => rewrapKeys(pool, wrapper));
  console.log(`${count} keys wrapped again by ${personalDataKeys[0]?.kid ?? ''}`);
}
