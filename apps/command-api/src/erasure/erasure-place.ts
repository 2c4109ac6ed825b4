import type { ErasedPlace, RunningErasure } from '@eventfleet/event-store';

/** A place that may have copies of an aggregate's personal data. */
export interface ErasurePlace {
  /** As the receipt names it. */
  readonly name: string;
  /** Places from which copies can still come here. They stand before this one, which waits until they are done. */
  readonly after?: readonly string[];
  /**
   * Sees to the copies. To be repeated as often as one likes, also by several processes at once.
   * @returns undefined as long as the place is not ready for it
   */
  erase(erasure: RunningErasure): Promise<Omit<ErasedPlace, 'place'> | undefined>;
}

/** There are copies, and nobody can read them: the key is destroyed. */
export const UNREADABLE = 'key-destroyed';
/** The copies are deleted. */
export const DELETED = 'deleted';
/** It never has personal data. */
export const NOTHING_PERSONAL = 'nothing-personal';
/** This fleet does not have it. */
export const NOT_USED = 'not-used';
