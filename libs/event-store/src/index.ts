export * from './event-store.js';
export * from './event-store.errors.js';
export * from './command-execution/command-executor.js';
export * from './command-execution/command-request.js';
export * from './command-execution/command-result.js';
export type { ClockAndIds } from './command-execution/decide-batch.js';
export * from './migrate.js';
export type {
  AppendBatch,
  HeldClaim,
  IdempotencyAnswer,
  IdempotencyKey,
  NewEvent,
} from './sql/append-batch.js';
export * from './sql/find-tail-blocker.js';
export * from './sql/find-traces.js';
export { mayHaveGoneBack, STORE_IDENTITY } from './sql/store-identity.js';
export type { AggregatesQuery } from './sql/list-aggregates.js';
export type { EventReference } from './sql/locate-events.js';
export type { EventsOfQuery } from './sql/read-events-of.js';
export type { PublishedMark } from './sql/read-published.js';
export type { StreamId, VersionRange } from './sql/read-stream.js';
export { comparePositions, TAIL_START, type TailEvent, type TailPosition } from './sql/read-tail.js';
export type { ScannedStreams, StreamScan } from './sql/scan-streams.js';
export { TAIL_BEGIN, type TailMark } from './sql/tail-mark.js';
export type { FollowTailQuery, TailFilter, TailPage } from './sql/follow-tail.js';
export type { TailTable } from './sql/tail-table.js';
export * from './snapshots/load-past-states.js';
export * from './snapshots/snapshot-builder.js';
export type { BrokenChain } from './chain/chain-verifier.js';
export { hashEvent } from './chain/event-hash.js';
export { StreamHeads } from './chain/stream-heads.js';
export * from './chain/verify-chains.js';
export { isEncryptionOn, beginEncryption } from './personal-data/claim-secret.js';
export { KEY_CACHE_MS } from './personal-data/recent-keys.js';
export { erasureIdOf } from './personal-data/erasure-id.js';
export { isUnreadable } from './personal-data/decrypt-event.js';
export * from './personal-data/erasures.js';
export { destroyKeys, type ErasedAggregate } from './personal-data/key-table.js';
export * from './personal-data/from-settings.js';
export * from './personal-data/key-wrapper.js';
export * from './personal-data/personal-data.js';
export { rewrapKeys } from './personal-data/rewrap-keys.js';
export * from './personal-data/wrapping-keys-in-use.js';
export { diffClaims } from './command-execution/claim-changes.js';
