import { brokerPlaces, type BrokerPlacesOptions } from './broker-places.js';
import type { ErasurePlace } from './erasure-place.js';
import { readSidePlaces, type ReadSidePlacesOptions } from './read-side-places.js';
import { writeSidePlaces } from './write-side-places.js';

export type ErasurePlacesOptions = Omit<
  BrokerPlacesOptions & ReadSidePlacesOptions,
  'eventStore' | 'hasNotifier'
>;

/** Every place that may have copies, each behind those from which copies can come to it. */
export function erasurePlaces(options: ErasurePlacesOptions): ErasurePlace[] {
  const { pool, hasRabbitmq } = options;
  return [
    ...writeSidePlaces(pool),
    ...readSidePlaces({ ...options, eventStore: pool, hasNotifier: hasRabbitmq }),
    ...brokerPlaces(options),
  ];
}
