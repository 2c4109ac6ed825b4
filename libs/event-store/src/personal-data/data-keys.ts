import { createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';
import { ContractError, type PersonalDataKey } from '@eventfleet/contracts';
import type pg from 'pg';
import { storeUnavailable } from '../event-store.errors.js';
import { readKeys, type KeyState, type StoredKey } from './key-table.js';
import type { KeyWrapper } from './key-wrapper.js';
import { RecentKeys } from './recent-keys.js';

/**
 * The key of an aggregate, or why there is none. `missing`: it never had one, or the table has lost it. An error: it has
 * one, which cannot be unwrapped.
 */
export type FoundKey = PersonalDataKey | 'erased' | 'missing' | ContractError;

export function isKey(found: FoundKey | undefined): found is PersonalDataKey {
  return typeof found === 'object' && !(found instanceof ContractError);
}

type StoredSecret = Extract<KeyState, { kind: 'key' }>;

/** A key that is in no table yet. */
export interface NewKey {
  readonly key: PersonalDataKey;
  readonly stored: StoredKey;
}

const KID_BYTES = 6;
const KEY_BYTES = 32;
/** To draw random bytes costs far more than the bytes do, so they are drawn for many keys at once. */
const DRAWN_AT_ONCE = 64;

/** The data keys of aggregates, unwrapped, in memory for a few seconds. */
export class DataKeys {
  private readonly drawn = Buffer.alloc((KID_BYTES + KEY_BYTES) * DRAWN_AT_ONCE);
  private used = this.drawn.length;
  private readonly recent = new RecentKeys();

  constructor(
    private readonly pool: pg.Pool,
    private readonly wrapper: KeyWrapper,
  ) {}

  /**
   * @param isKept whether a key may be asked for again soon; to keep one costs as much as to unwrap it
   * @throws EventStoreError `event-store-unavailable` if a standby lacks a key: it may be late
   */
  async find(
    aggregateType: string,
    aggregateIds: Iterable<string>,
    isKept: (aggregateId: string) => boolean = () => true,
  ): Promise<ReadonlyMap<string, FoundKey>> {
    const found = new Map<string, FoundKey>();
    const unknown: string[] = [];
    for (const id of new Set(aggregateIds)) {
      const key = this.recent.get(ownerOf(aggregateType, id));
      if (key) found.set(id, key);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    const unwrapping: Promise<unknown>[] = [];
    for (const [id, state] of await readKeys(this.pool, aggregateType, unknown)) {
      const owner = ownerOf(aggregateType, id);
      const note = (key: FoundKey) => {
        found.set(id, key);
        if (isKey(key) && isKept(id)) this.recent.set(owner, key);
      };
      const key = this.toKey(owner, state);
      if (!(key instanceof Promise)) {
        note(key);
        continue;
      }
      const noted = key.then(note);
      // Awaited below, unless a later one throws at once: nobody hears of its failure then.
      noted.catch(() => undefined);
      unwrapping.push(noted);
    }
    await Promise.all(unwrapping);
    return found;
  }

  /** It is not kept: few aggregates are changed in the moments after they were made. */
  make(aggregateType: string, aggregateId: string): NewKey | Promise<NewKey> {
    const key = this.draw();
    const wrapped = this.wrapper.wrap(key.secret, ownerOf(aggregateType, aggregateId));
    const toNewKey = (text: string): NewKey => {
      return { key, stored: { aggregateType, aggregateId, kid: key.kid, wrapped: text } };
    };
    return wrapped instanceof Promise ? wrapped.then(toNewKey) : toNewKey(wrapped);
  }

  forget(aggregateType: string, aggregateId: string): void {
    this.recent.delete(ownerOf(aggregateType, aggregateId));
  }

  /** The bytes of a key are nowhere else from here on: who destroys it must not leave them in memory. */
  private draw(): PersonalDataKey {
    if (this.used === this.drawn.length) {
      randomFillSync(this.drawn);
      this.used = 0;
    }
    const kid = this.drawn.toString('base64url', this.used, (this.used += KID_BYTES));
    const bytes = this.drawn.subarray(this.used, (this.used += KEY_BYTES));
    const secret = createSecretKey(bytes);
    bytes.fill(0);
    return { kid, secret };
  }

  private toKey(owner: string, state: KeyState): FoundKey | Promise<FoundKey> {
    if (state.kind === 'key') return this.unwrap(owner, state);
    if (state.kind === 'erased') return 'erased';
    if (state.isStandby) throw storeUnavailable(new Error('the event store is a standby that lacks a key'));
    return 'missing';
  }

  /** What cannot be unwrapped holds up its owner, and nobody else who is asked for with it. */
  private unwrap(owner: string, { kid, wrapped }: StoredSecret): FoundKey | Promise<FoundKey> {
    const toKey = (secret: KeyObject): FoundKey => ({ kid, secret });
    const toFault = (error: unknown): ContractError => {
      if (!(error instanceof ContractError)) throw error;
      const message = `the key of ${owner} cannot be unwrapped: ${error.message}`;
      return new ContractError(error.code, message, { cause: error });
    };
    try {
      const secret = this.wrapper.unwrap(wrapped, owner);
      return secret instanceof Promise ? secret.then(toKey, toFault) : toKey(secret);
    } catch (error) {
      return toFault(error);
    }
  }
}

export function ownerOf(aggregateType: string, aggregateId: string): string {
  return `${aggregateType}:${aggregateId}`;
}
