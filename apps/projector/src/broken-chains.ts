import type { BrokenChain } from '@eventfleet/event-store';
import type { Logger } from 'pino';
import { LRUCache } from 'lru-cache';
import { brokenChains } from './broken-chains.metrics.js';

const MOST_KNOWN = 10_000;

/** Tells of a stream whose events are not as they were appended, once a process. */
export function reportBrokenChains(logger: Logger): (broken: BrokenChain) => void {
  const known = new LRUCache<string, true>({ max: MOST_KNOWN });
  return (broken) => {
    const stream = `${broken.aggregateType} ${broken.aggregateId}`;
    if (known.has(stream)) return;
    known.set(stream, true);
    brokenChains.inc();
    logger.error(
      broken,
      'events of this stream are not as they were appended: run fleet history verify, and find out who can change the table',
    );
  };
}
