import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { ContractError, type PersonalDataKey } from '@eventfleet/contracts';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { storeUnavailable } from '../event-store.errors.js';
import { readKeys, type KeyState, type StoredKey } from './key-table.js';
import type { KeyWrapper } from './key-wrapper.js';

/**
 * The key of an aggregate, or why there is none. `missing`: it never had one, or the table has lost it. An error: it has
 * one, which cannot be unwrapped.
 */
export type FoundKey = PersonalDataKey | 'erased' | 'missing' | ContractError;

export function isKey(found: FoundKey | undefined): found is PersonalDataKey {
  return typeof found === 'object' && !(found instanceof ContractError);
}

/** A key that is in no table yet. */
export interface NewKey {
  readonly key: PersonalDataKey;
  readonly stored: StoredKey;
}

/** After the destruction of a key, other processes go on reading with it for so long at most. */
export const KEY_CACHE_MS = 5_000;
const MOST_KEYS = 10_000;
const KID_BYTES = 6;

/** The data keys of aggregates, unwrapped, in memory for a few seconds. */
export class DataKeys {
  private readonly cache = new LRUCache<string, PersonalDataKey>({ max: MOST_KEYS, ttl: KEY_CACHE_MS });

  constructor(
    private readonly pool: pg.Pool,
    private readonly wrapper: KeyWrapper,
  ) {}

  /** @throws EventStoreError `event-store-unavailable` if a standby lacks a key: it may be late */
  async find(aggregateType: string, aggregateIds: Iterable<string>): Promise<ReadonlyMap<string, FoundKey>> {
    const found = new Map<string, FoundKey>();
    const unknown: string[] = [];
    for (const id of new Set(aggregateIds)) {
      const key = this.cache.get(`${aggregateType}:${id}`);
      if (key) found.set(id, key);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    for (const [id, state] of await readKeys(this.pool, aggregateType, unknown))
      found.set(id, await this.toKey(aggregateType, id, state));
    return found;
  }

  async make(aggregateType: string, aggregateId: string): Promise<NewKey> {
    const key = {
      kid: randomBytes(KID_BYTES).toString('base64url'),
      secret: createSecretKey(randomBytes(32)),
    };
    const wrapped = await this.wrapper.wrap(key.secret, ownerOf(aggregateType, aggregateId));
    return { key, stored: { aggregateType, aggregateId, kid: key.kid, wrapped } };
  }

  /** Of a key that is stored by now. */
  keep({ key, stored }: NewKey): void {
    this.cache.set(`${stored.aggregateType}:${stored.aggregateId}`, key);
  }

  forget(aggregateType: string, aggregateId: string): void {
    this.cache.delete(`${aggregateType}:${aggregateId}`);
  }

  private async toKey(aggregateType: string, id: string, state: KeyState): Promise<FoundKey> {
    if (state.kind === 'erased') return 'erased';
    if (state.kind === 'none') {
      if (state.isStandby) throw storeUnavailable(new Error('the event store is a standby that lacks a key'));
      return 'missing';
    }
    const secret = await this.unwrap(state.wrapped, ownerOf(aggregateType, id));
    if (secret instanceof ContractError) return secret;
    const key = { kid: state.kid, secret };
    this.cache.set(`${aggregateType}:${id}`, key);
    return key;
  }

  /** What cannot be unwrapped holds up its owner, and nobody else who is asked for with it. */
  private async unwrap(wrapped: string, owner: string): Promise<KeyObject | ContractError> {
    try {
      return await this.wrapper.unwrap(wrapped, owner);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      return new ContractError(error.code, `the key of ${owner} cannot be unwrapped: ${error.message}`, {
        cause: error,
      });
    }
  }
}

export function ownerOf(aggregateType: string, aggregateId: string): string {
  return `${aggregateType}:${aggregateId}`;
}
