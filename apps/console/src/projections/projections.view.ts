/** Generations of projections as the page shows them. Types alone: the page imports this file too. */
import type { Comparison, RebuildPhase } from '@eventfleet/projections';

export type { Comparison, RebuildPhase };

export type JobName = 'rebuild' | 'compare' | 'switch' | 'rollback' | 'drop-new' | 'drop-previous';

export interface JobView {
  readonly job: JobName;
  readonly state: 'running' | 'done' | 'stopped' | 'refused' | 'failed';
  /** What came of it, in a sentence; empty while it runs. */
  readonly text: string;
  /** Of a comparison that has ended: rows without data. */
  readonly comparison: Comparison | null;
}

export interface RebuildView {
  readonly phase: RebuildPhase;
  readonly expectedEvents: number;
  readonly events: number;
  readonly eventsPerSecond: number | null;
  readonly recordsLeft: number | null;
  readonly comparedAt: string | null;
  readonly differences: number | null;
}

export interface ProjectionView {
  readonly projection: string;
  readonly generations: readonly {
    readonly generation: 'live' | 'new' | 'previous';
    readonly bytes: number;
    readonly parkedKeys: number;
  }[];
  /** Of the new generation; null if there is none. */
  readonly rebuild: RebuildView | null;
  /** Whether a process works on it, this one or another. */
  readonly isBusy: boolean;
  /** The last job of this process; null if there was none. */
  readonly job: JobView | null;
}

export interface VerdictView {
  readonly projection: string;
  readonly verdict: 'equal' | 'different' | 'unverifiable';
  readonly kind: string | null;
  readonly columns: readonly string[];
  /** Whether it was folded again; null if nobody asked for that. */
  readonly isMended: boolean | null;
}
