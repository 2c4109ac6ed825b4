/** Parked events as the page shows them. Types alone: the page imports this file too. */
import type { Fault, KeyEffect, ParkedTotals, ParkingMark } from '@eventfleet/projections';

export type { Fault, KeyEffect, ParkingMark };

export interface ParkedKeyView {
  readonly projection: string;
  readonly key: string;
  /** Parked events of the key: the first one is at fault. */
  readonly waiting: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly attempts: number;
  readonly parkedAt: string;
  /** What is to become of the first one; the consumer acts on it within a second. */
  readonly mark: ParkingMark | null;
}

export interface ParkedTotalsView extends ParkedTotals {
  readonly projection: string;
  /** Whether its retries can be tried here: those of process managers cannot. */
  readonly canTry: boolean;
}

export interface ParkedOverview {
  readonly totals: readonly ParkedTotalsView[];
  /** The longest parked first; at most 200. */
  readonly keys: readonly ParkedKeyView[];
}

/** Bytes as text if they are text, else in base64. */
export type ShownBytes = { readonly text: string } | { readonly base64: string };

/** A record with its original headers and bytes. */
export interface RecordView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** RFC 3339. */
  readonly at: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly key: ShownBytes | null;
  readonly value: ShownBytes | null;
}

export interface ParkedEventView {
  readonly record: RecordView;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly mark: ParkingMark | null;
}

/** What a retry or a discard of a key would do now. Nothing of it has happened. */
export interface TrialView {
  readonly applied: number;
  readonly removed: number;
  readonly tried: number;
  readonly fault: Fault | null;
  readonly effect: KeyEffect;
}

/** What retries of some keys would do now. */
export interface SampleView {
  readonly tried: number;
  /** Keys of which nothing would be left. */
  readonly clean: number;
  /** The others, by the error of the event that cannot be applied. */
  readonly faults: readonly { readonly code: string; readonly message: string; readonly keys: number }[];
}

export interface MarkedView {
  readonly marked: number;
}
