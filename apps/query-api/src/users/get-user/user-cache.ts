import type { UserView } from '@eventfleet/read-models/queries';
import { LRUCache } from 'lru-cache';

/** An answer that was true so long ago. */
export interface CachedUser {
  readonly user: UserView;
  readonly ageSeconds: number;
  /** How much longer it may be given. */
  readonly ttlSeconds: number;
}

const MAX_USERS = 2_000;

/**
 * The last answers of the store, in bounded number and age, for the time that it is away. While it is there it is
 * always asked, and fills this.
 */
export class UserCache {
  private readonly users: LRUCache<string, UserView> | undefined;

  /** 0 keeps nothing. */
  constructor(private readonly ttlSeconds: number) {
    this.users = ttlSeconds > 0 ? new LRUCache({ max: MAX_USERS, ttl: ttlSeconds * 1_000 }) : undefined;
  }

  /** Never replaces a newer version: answers may overtake each other. */
  keep(user: UserView): void {
    const present = this.users?.peek(user.id);
    if (!present || present.version <= user.version) this.users?.set(user.id, user);
  }

  forget(id: string): void {
    this.users?.delete(id);
  }

  find(id: string): CachedUser | undefined {
    const user = this.users?.get(id);
    if (!this.users || !user) return undefined;
    const ttlSeconds = Math.max(Math.floor(this.users.getRemainingTTL(id) / 1_000), 0);
    return { user, ageSeconds: this.ttlSeconds - ttlSeconds, ttlSeconds };
  }
}
