import { partitionOf } from '@eventfleet/kafka';
import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import type { CheckpointRow } from '../runtime/projection-statements.js';
import type { RowTable } from './row-texts.js';
import type { PublishedMark, VerificationSource } from './verification-source.js';

/** A projection, and what its rows are compared with. */
export interface VerificationContext {
  readonly projection: FoldingProjection;
  /** Its table with a row an aggregate, if it has one. */
  readonly table: RowTable | undefined;
  readonly source: VerificationSource;
  /** Of the read store. */
  readonly pool: pg.Pool;
  /** With its prefix. */
  readonly topic: string;
  /** How many the topic has. */
  readonly partitions: number;
}

/** How a page, or an aggregate, is verified. */
export interface VerificationMode {
  /** Read some time ago: what lies before it, and was not applied, was lost. Without one nobody looks for such events. */
  readonly mark: PublishedMark | undefined;
  /** Whether differences are mended, or only found. */
  readonly isMending: boolean;
}

export function partitionOfAggregate({ partitions }: VerificationContext, aggregateId: string): number {
  return partitionOf(aggregateId, partitions);
}

/** Whether a projection has handled everything in a partition that had been published when the mark was read. */
export function hasHandled(
  checkpoint: CheckpointRow | undefined,
  mark: PublishedMark,
  partition: number,
): boolean {
  const next = mark.nextOffsets[partition];
  if (!checkpoint || next === undefined) return false;
  const { cluster_id: clusterId, topic_id: topicId, next_offset: handled } = checkpoint;
  return clusterId === mark.clusterId && topicId === mark.topicId && BigInt(handled) >= next;
}
