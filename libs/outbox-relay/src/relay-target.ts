import type { TailEvent, TailPosition } from '@eventfleet/event-store';

/** Where to read on after a recovery, and which events from there the broker already has. */
export interface Recovery {
  /** Read the tail after this position. It is before the checkpoint if the broker lost something. */
  readonly resumeAt: TailPosition;
  isPublished(event: TailEvent): boolean;
}

/** A broker that the relay publishes to. */
export interface RelayTarget {
  /** Names the checkpoint. */
  readonly name: string;
  /**
   * Compares the checkpoint with what the broker holds. Called at the start, at a take-over, and after every failure or
   * unknown outcome, before anything is published.
   * @param saved the `state()` of the last checkpoint; undefined: publish from the start, whatever the broker holds
   * @throws RelayRefused when the broker is not the one that the checkpoint was made with
   */
  recover(saved: unknown, published: TailPosition): Promise<Recovery>;
  /**
   * Publishes in order per aggregate, and resolves once the broker has everything durably. When it throws, what was
   * written is unknown: recover.
   */
  publish(events: readonly TailEvent[]): Promise<void>;
  /** Called between two pages, and while there is nothing to publish. @throws when the log is not as this relay left it */
  verify(): Promise<void>;
  /** JSON to save with the checkpoint at this position. */
  state(position: TailPosition): unknown;
  close(): Promise<void>;
}
