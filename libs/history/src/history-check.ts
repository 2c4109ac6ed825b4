import { verifyRecord, type SigningKey } from '@eventfleet/contracts';
import { EventStore, type PersonalData } from '@eventfleet/event-store';
import type { Kafka, KafkaRecord } from '@eventfleet/kafka';
import type { Checkpoint, KafkaTargetState } from '@eventfleet/outbox-relay';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { AnyDecider } from './adopt-events.js';
import { historyComparisons, historyEvents } from './history.metrics.js';
import { publishNotices } from './notices.js';
import { deleteNotices, readNotices } from './pending-notices.js';
import { readRanges, stateAtEnds, visitLost, type PublishedRange, type VisitLost } from './published-log.js';
import { acceptIdentity, isSameIdentity, readStoreHistory } from './store-history.js';
import { takeBackAggregate } from './take-back-aggregate.js';

export interface HistoryCheckOptions {
  /** Of the event store; it writes. */
  readonly pool: pg.Pool;
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  /** Only a record that one of them has signed is taken back; none: any record. */
  readonly signingKeys: readonly SigningKey[];
  /** Of every aggregate whose events are published. */
  readonly deciders: readonly AnyDecider[];
  /** Undefined if nothing is encrypted. */
  readonly personalData?: PersonalData | undefined;
  readonly logger: Logger;
}

/**
 * Compares the event store with what was published from it, before the relay goes on. Kafka's log is a second copy of the
 * truth: events that are there and not in the store were lost by a store that went back in time, or were never written
 * by it. They were lost if the server has another timeline than at the last comparison, or if Kafka knows of a later
 * checkpoint of the relay than the store does. Lost events are appended again as they were, unless another event took
 * their version or their claims: then both are kept apart, and an operator decides.
 */
export class HistoryCheck {
  constructor(private readonly options: HistoryCheckOptions) {}

  /**
   * The caller holds the relay's lease, and sends nothing meanwhile.
   * @param checkpoint what the store says of the relay
   * @param save saves another state of the target with the checkpoint: the relay then publishes adopted events again
   * @throws whatever the store or Kafka throws; begin again then, nothing is done twice
   */
  async run(checkpoint: Checkpoint, save: (state: KafkaTargetState) => Promise<void>): Promise<void> {
    const { pool, logger } = this.options;
    const { current, compared } = await readStoreHistory(pool);
    const hasOtherTimeline = !isSameIdentity(current, compared);
    const ranges = await this.readRanges(checkpoint.targetState);
    const wentBack = hasOtherTimeline || (await this.lacksWitnessedEvents(ranges));
    if (wentBack) {
      logger.warn(
        { timeline: current.timeline },
        'the event store may have gone back in time, its history is compared with what was published: nothing to do yet',
      );
      const { adopted, conflicts } = await this.takeBack(ranges);
      historyComparisons.inc({ outcome: adopted + conflicts > 0 ? 'differences' : 'equal' });
      this.report(adopted, conflicts);
    }
    await this.announce(() => save(stateAtEnds(ranges)));
    if (hasOtherTimeline) await acceptIdentity(pool);
  }

  /**
   * Whether Kafka knows of a later checkpoint of the relay than the store does, and of events before it that the store
   * lacks. Changes nothing, and needs no lease.
   * @throws whatever the store or Kafka throws
   */
  async hasLostEvents(): Promise<boolean> {
    const { rows } = await this.options.pool.query<{ target_state: KafkaTargetState | null }>(
      `select target_state from relay_checkpoints where relay = 'kafka'`,
    );
    return this.lacksWitnessedEvents(await this.readRanges(rows[0]?.target_state ?? undefined));
  }

  private report(adopted: number, conflicts: number): void {
    const { logger } = this.options;
    if (adopted > 0)
      logger.warn({ events: adopted }, 'events that the event store had lost were taken back from Kafka');
    if (conflicts > 0)
      logger.error(
        { events: conflicts },
        'published events contradict what the event store has: run fleet history show, then adopt or keep',
      );
  }

  private async lacksWitnessedEvents(ranges: readonly PublishedRange[]): Promise<boolean> {
    for (const range of ranges) {
      const { from, witnessed } = range;
      if (![...from].some(([partition, offset]) => (witnessed.get(partition) ?? -1n) > offset)) continue;
      let isLacking = false;
      await this.visitLost(range, async (lost) => {
        isLacking = lost.some(({ partition, offset }) => offset < (witnessed.get(partition) ?? -1n));
        return !isLacking;
      });
      if (isLacking) return true;
    }
    return false;
  }

  private async takeBack(ranges: readonly PublishedRange[]): Promise<{ adopted: number; conflicts: number }> {
    let adopted = 0;
    let conflicts = 0;
    for (const range of ranges) {
      await this.visitLost(range, async (lost) => {
        for (const events of Map.groupBy(lost, ({ event }) => event.aggregateId).values()) {
          const sorted = await takeBackAggregate(
            this.options,
            range.decider,
            events.map(({ event }) => event),
          );
          adopted += sorted.adoptable.length;
          conflicts += sorted.conflicting.length;
        }
      });
    }
    historyEvents.inc({ outcome: 'adopted' }, adopted);
    historyEvents.inc({ outcome: 'conflict' }, conflicts);
    return { adopted, conflicts };
  }

  /** Announces what was taken back, now or by an attempt that ended in between, and has its events published again. */
  private async announce(publishAgain: () => Promise<void>): Promise<void> {
    const { pool, kafka, topicPrefix } = this.options;
    let last: string | undefined;
    for (;;) {
      const pending = await readNotices(pool, last);
      if (pending.length === 0) break;
      await publishNotices(
        kafka,
        topicPrefix,
        pending.map(({ notice }) => notice),
      );
      last = pending.at(-1)!.number;
    }
    if (last === undefined) return;
    await publishAgain();
    await deleteNotices(pool, last);
  }

  private readRanges(targetState: unknown): Promise<PublishedRange[]> {
    const { kafka, topicPrefix, deciders } = this.options;
    return readRanges(kafka, topicPrefix, deciders, targetState as KafkaTargetState | undefined);
  }

  private visitLost(range: PublishedRange, visit: VisitLost): Promise<void> {
    const { kafka, pool, signingKeys } = this.options;
    const isAuthentic = (record: KafkaRecord) =>
      signingKeys.length === 0 || verifyRecord(record, signingKeys);
    return visitLost(kafka, new EventStore(pool), isAuthentic, range, visit);
  }
}
