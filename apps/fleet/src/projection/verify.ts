import { EventStore, personalDataOf } from '@eventfleet/event-store';
import { findProjection } from '@eventfleet/operators';
import {
  createVerificationContext,
  verifyAggregate,
  verifyCounters,
  verifyPage,
  type VerificationContext,
  type VerificationMode,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import type pg from 'pg';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';
import { describeVerification, Findings, type Verification } from './verification-findings.js';

const PAGE = 500;
/** The sum of all contributions takes some seconds for millions of aggregates. */
const TIMEOUT_MS = 60_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface VerifyArguments {
  /** Undefined for every aggregate. */
  readonly key: string | undefined;
  readonly projection?: string;
  readonly mend?: boolean;
  readonly json?: boolean;
}

/** Prints what differs, without data. Sets the exit code to 1 if a difference is left, or a user could not be compared. */
export async function verify(
  config: FleetConfig,
  { key, projection, mend = false, json = false }: VerifyArguments,
): Promise<void> {
  const chosen = projection === undefined ? readModels : [findProjection(projection)];
  const aggregateId = key?.toLowerCase();
  if (aggregateId !== undefined && !UUID.test(aggregateId)) throw new Error('the key must be a UUID');
  const found = await withStores(config, async (pool, source) => {
    const verifications: Verification[] = [];
    for (const each of chosen) {
      const { topicPrefix, partitions } = config.kafka;
      const context = await createVerificationContext(each, { pool, source, topicPrefix, partitions });
      const mode = { mark: await source.readPublished(context.topic), isMending: mend };
      verifications.push(await verifyProjection(context, mode, aggregateId));
    }
    return verifications;
  });
  if (found.some(({ left, unverifiable }) => left > 0 || unverifiable.length > 0)) process.exitCode = 1;
  console.log(json ? JSON.stringify(found, null, 2) : found.map(describeVerification).join('\n'));
}

function withStores<T>(
  { readStoreUrl, eventStoreUrl, personalDataKeys }: FleetConfig,
  work: (pool: pg.Pool, source: EventStore) => Promise<T>,
): Promise<T> {
  const withReadStore = (source: EventStore) =>
    withPool(readStoreUrl, (pool) => work(pool, source), { max: 1, pipeline: true, timeoutMs: TIMEOUT_MS });
  return withPool(
    eventStoreUrl,
    (events) => withReadStore(new EventStore(events, personalDataOf(events, personalDataKeys))),
    { readOnly: true },
  );
}

async function verifyProjection(
  context: VerificationContext,
  mode: VerificationMode,
  aggregateId: string | undefined,
): Promise<Verification> {
  const findings = new Findings(context.projection.name);
  if (aggregateId === undefined) await verifyAll(context, mode, findings);
  else findings.addVerdict(aggregateId, await verifyAggregate(context, aggregateId, mode));
  if (aggregateId === undefined || findings.hasMended) {
    findings.addCounters(await verifyCounters(context, mode));
  }
  return findings.result();
}

async function verifyAll(
  context: VerificationContext,
  mode: VerificationMode,
  findings: Findings,
): Promise<void> {
  let after: string | undefined;
  for (let isLast = false; !isLast;) {
    const page = await verifyPage(context, { after, limit: PAGE }, mode);
    findings.addPage(page);
    after = page.lastKey;
    isLast = page.isLast;
  }
}
