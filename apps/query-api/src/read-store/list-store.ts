import type pg from 'pg';
import { ReadStore } from './read-store.js';

/** Queries that wait for a connection. They take longer than a read by id: a long queue would be late as a whole. */
const MAX_QUEUED = 100;

/**
 * The read store for lists and statistics, by connections of their own: however many of them come, they wait for each
 * other and not before a read by id.
 */
export class ListStore extends ReadStore {
  constructor(pool: pg.Pool) {
    super(pool, MAX_QUEUED);
  }
}
