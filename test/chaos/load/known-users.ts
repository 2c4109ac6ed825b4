import type { Random } from '../random.ts';
import type { Command, Decision } from './ledger.ts';

export interface KnownUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly version: number;
}

/** Few enough that clients meet at the same users. */
const MOST_LIVE = 300;
const MOST_DELETED = 50;

/** What clients know of users from answers: enough to choose the next command. It may be out of date. */
export class KnownUsers {
  readonly #live = new Map<string, KnownUser>();
  readonly #deleted: string[] = [];

  get count(): number {
    return this.#live.size;
  }

  get deletedCount(): number {
    return this.#deleted.length;
  }

  anyLive(random: Random): KnownUser {
    return random.pick([...this.#live.values()]);
  }

  anyDeleted(random: Random): string {
    return random.pick(this.#deleted);
  }

  apply({ kind, userId, body }: Command, { version, code }: Decision): void {
    if (code === 'user-deactivated') this.#live.delete(userId);
    if (version === undefined) return;
    if (kind === 'delete') this.#forget(userId);
    const known = this.#live.get(userId);
    if (kind === 'create') {
      this.#live.set(userId, {
        id: userId,
        email: body?.['email'] ?? '',
        name: body?.['name'] ?? '',
        version,
      });
    } else if (kind === 'update' && known && version >= known.version) {
      this.#live.set(userId, { ...known, ...body, version });
    }
    const oldest = this.#live.keys().next().value;
    if (this.#live.size > MOST_LIVE && oldest !== undefined) this.#live.delete(oldest);
  }

  #forget(userId: string): void {
    this.#live.delete(userId);
    this.#deleted.push(userId);
    if (this.#deleted.length > MOST_DELETED) this.#deleted.shift();
  }
}
