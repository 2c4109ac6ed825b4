import { AGGREGATES } from '@eventfleet/contracts';
import { verifyChains, type BrokenChain, type VerifiedChains } from '@eventfleet/event-store';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';

const MOST_SHOWN = 100;

/**
 * Verifies the hash chain of every stream, and prints what is broken. No key is needed: it goes over what is stored.
 * Sets the exit code 1 if a chain is broken.
 */
export async function verifyHistory(
  { eventStoreUrl }: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const broken: BrokenChain[] = [];
  const total = { events: 0, streams: 0, withoutHash: 0, broken: 0 };
  await withPool(
    eventStoreUrl,
    async (pool) => {
      for (const { name } of AGGREGATES)
        add(total, await verifyChains(pool, name, (each) => broken.length < MOST_SHOWN && broken.push(each)));
    },
    { readOnly: true },
  );
  console.log(json ? JSON.stringify({ ...total, first: broken }, null, 2) : describe(total, broken));
  if (total.broken > 0) process.exitCode = 1;
}

type Counts = { -readonly [Name in keyof VerifiedChains]: number };

function add(total: Counts, more: VerifiedChains): void {
  for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += more[name];
}

function describe(
  { events, streams, withoutHash, broken: count }: VerifiedChains,
  broken: readonly BrokenChain[],
): string {
  const lines = broken.map(
    ({ aggregateType, aggregateId, version, kind }) =>
      `${aggregateType} ${aggregateId}: ${kind} from version ${version} on`,
  );
  const before = withoutHash > 0 ? `, ${withoutHash} of them from before there was a chain` : '';
  return [...lines, `${events} events of ${streams} streams${before}: ${count} chains are broken`].join('\n');
}
