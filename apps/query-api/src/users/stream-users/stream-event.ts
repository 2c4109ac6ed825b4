import type { TailFilter, TailMark } from '@eventfleet/event-store';

/** An event of a user, ready to be sent. */
export interface StreamEvent {
  readonly mark: TailMark;
  readonly userId: string;
  readonly type: string;
  readonly frame: Buffer;
}

/** What a client wants to see. */
export type StreamFilter = Pick<TailFilter, 'aggregateId' | 'types'>;

export function matches({ aggregateId, types }: StreamFilter, { userId, type }: StreamEvent): boolean {
  return (aggregateId === undefined || aggregateId === userId) && (types?.includes(type) ?? true);
}
