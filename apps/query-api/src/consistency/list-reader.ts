import type { ListStore } from '../read-store/list-store.js';
import { ConsistentReader } from './consistent-reader.js';

/** Queries of many rows of the read tables. */
export class ListReader extends ConsistentReader<ListStore> {}
