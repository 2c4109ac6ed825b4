import { createRequire } from 'node:module';
import { type FetchOptions, replaceModule } from '../kafkajs-internals.js';

const REQUEST_MODULE = 'kafkajs/src/protocol/requests/fetch/v11/request';

type FetchRequest = (options: FetchOptions) => unknown;

const original = createRequire(import.meta.url)(REQUEST_MODULE) as FetchRequest;

/**
 * Has each fetch of kafkajs begin with another partition. Kafka fills its answer in the order of the request up to a
 * limit, and what is unpacked of it has a limit too: if one partition always came first, it could starve the others.
 * Idempotent.
 */
export function patchFetchOrder(): void {
  replaceModule(REQUEST_MODULE, undefined, inAnotherOrder);
}

function inAnotherOrder(options: FetchOptions): unknown {
  const topics = options.topics.map((topic) => ({ ...topic, partitions: rotated(topic.partitions) }));
  return original({ ...options, topics: rotated(topics) });
}

/** At random: several consumers take turns in a process, and a counter could always give one of them the same. */
function rotated<T>(list: readonly T[]): readonly T[] {
  const first = Math.floor(Math.random() * list.length);
  return [...list.slice(first), ...list.slice(0, first)];
}
