import type { ReadStore } from '../read-store/read-store.js';
import { ConsistentReader } from './consistent-reader.js';

/** Queries of the read tables. */
export class ReadStoreReader extends ConsistentReader<ReadStore> {}
