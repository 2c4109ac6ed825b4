import type { StoredEvents } from '../event-store/stored-events.js';
import { ConsistentReader } from './consistent-reader.js';

/** Queries of the event store. */
export class EventStoreReader extends ConsistentReader<StoredEvents> {}
