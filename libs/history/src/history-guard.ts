import { mayHaveGoneBack } from '@eventfleet/event-store';
import type pg from 'pg';
import { isSameIdentity, readStoreHistory, type StoreHistory } from './store-history.js';

/**
 * The store went back in time, or may have: nothing is decided on it before it was compared with what was published.
 * To a caller it is a store that cannot be reached.
 */
export class HistoryNotCompared extends Error {
  readonly code = 'EHISTORY';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'HistoryNotCompared';
  }
}

/**
 * Guards the connections on which commands are decided. A new one is refused as long as its server, or its timeline,
 * was not compared with what was published, and while events are known to be lost: the relay takes them back.
 */
export class HistoryGuard {
  private seen: string | undefined;
  private difference: string | undefined;
  private loss: string | undefined;
  private readonly listeners: (() => void)[] = [];

  /** Why nothing is decided now; undefined if it is. */
  get problem(): string | undefined {
    return this.difference ?? this.loss;
  }

  /** Calls the listener when states of aggregates that are kept in memory may be wrong. */
  onChanged(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Refuses every new connection for this reason, until it is given none. */
  suspect(loss: string | undefined): void {
    if (loss !== undefined && this.loss === undefined) this.notifyListeners();
    this.loss = loss;
  }

  /** @throws HistoryNotCompared */
  async verify(client: pg.ClientBase | pg.Pool): Promise<void> {
    try {
      const history = await readStoreHistory(client);
      const { current, generation } = history;
      const seen = `${current.systemIdentifier} ${current.timeline} ${generation}`;
      if (this.seen !== undefined && this.seen !== seen) this.notifyListeners();
      this.seen = seen;
      this.difference = describeDifference(history);
    } catch (cause) {
      throw new HistoryNotCompared('the history of the event store cannot be read', { cause });
    }
    if (this.problem !== undefined) throw new HistoryNotCompared(this.problem);
  }

  private notifyListeners(): void {
    for (const listener of this.listeners) listener();
  }
}

/**
 * For connections on which keys of personal data are read: a store that went back in time has keys again that an erasure
 * has destroyed. A standby is let through: it may be late, but it does not go back.
 * @throws HistoryNotCompared until the server and its timeline are compared with what was published
 */
export async function requireComparedHistory(client: pg.ClientBase): Promise<void> {
  if (await mayHaveGoneBack(client))
    throw new HistoryNotCompared(
      'the event store may have gone back in time: the relay compares it with Kafka',
    );
}

function describeDifference({ current, compared }: StoreHistory): string | undefined {
  if (isSameIdentity(current, compared)) return undefined;
  if (current.systemIdentifier !== compared.systemIdentifier) {
    return (
      `the event store is server ${current.systemIdentifier}, and was ${compared.systemIdentifier}: ` +
      'if this is intended, run: npm run fleet -- relay rewind'
    );
  }
  return (
    `the event store is on timeline ${current.timeline}, and was compared with Kafka on timeline ` +
    `${compared.timeline}: the relay compares it, as soon as Kafka answers`
  );
}
