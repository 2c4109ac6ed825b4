import { TAIL_START, type TailPosition } from './read-tail.js';

/**
 * The place of one event in the tail of one server. It is known again as long as this server has this very event there;
 * then it also has everything that was before it.
 */
export interface TailMark extends TailPosition {
  /** Of the Postgres cluster; empty at the start of any tail. */
  readonly systemIdentifier: string;
  /** Empty at the start of a tail. */
  readonly eventId: string;
}

/** Before the first event of any server. */
export const TAIL_BEGIN: TailMark = { ...TAIL_START, systemIdentifier: '', eventId: '' };
