import { DomainError } from '@eventfleet/domain';
import type { Decision } from '@eventfleet/event-store';
import type { Correlation } from '@eventfleet/http';

/** What the answers to a command and to its repeats are made from. */
export interface AnsweredCommand {
  readonly decision: Decision;
  /** Of the request that was decided. */
  readonly correlation: Correlation;
  /** If the server made the id: a repeat does not name it. */
  readonly aggregateId?: string;
  /** If the answer says when. */
  readonly time?: string;
}

/** As it is stored, as JSON: short names, since there is one a command, kept for days. */
interface Stored {
  /** Version of an accepted command. */
  readonly v?: number;
  /** Code and message of a refusal. */
  readonly r?: string;
  readonly m?: string;
  readonly c: string;
  readonly t: string;
  readonly i?: string;
  readonly at?: string;
}

/** The least from which the same answer can be made again. Without the events. */
export function storeAnswer({ decision, correlation, aggregateId, time }: AnsweredCommand): string {
  const stored: Stored = {
    ...(decision.kind === 'accepted'
      ? { v: decision.version }
      : { r: decision.error.code, m: decision.error.message }),
    c: correlation.correlationId,
    t: correlation.traceparent,
    ...(aggregateId !== undefined && { i: aggregateId }),
    ...(time !== undefined && { at: time }),
  };
  return JSON.stringify(stored);
}

/** The inverse of `storeAnswer`. @returns undefined for what an earlier release stored: the answer as it was sent */
export function readStoredAnswer(text: string): AnsweredCommand | undefined {
  const { v, r, m = '', c, t, i, at } = JSON.parse(text) as Partial<Stored>;
  if (c === undefined || t === undefined) return undefined;
  return {
    decision:
      v === undefined
        ? { kind: 'refused', error: new DomainError(r ?? '', m) }
        : { kind: 'accepted', version: v, events: [] },
    correlation: { correlationId: c, traceparent: t },
    ...(i !== undefined && { aggregateId: i }),
    ...(at !== undefined && { time: at }),
  };
}
