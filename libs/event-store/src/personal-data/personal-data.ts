import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import {
  AGGREGATES,
  ContractError,
  decryptPersonal,
  encryptPersonal,
  isEncrypted,
  type Aggregate,
  type PersonalDataKey,
} from '@eventfleet/contracts';
import type { Claim } from '@eventfleet/domain';
import type pg from 'pg';
import { EventStoreError } from '../event-store.errors.js';
import type { AppendBatch, HeldClaim, NewEvent, SealedBatch } from '../sql/append-batch.js';
import type { StreamId } from '../sql/read-stream.js';
import { hashClaim, readClaimSecret } from './claim-secret.js';
import { decryptEvent, isLocked, type Encrypted } from './decrypt-event.js';
import { DataKeys, isKey, type FoundKey, type NewKey } from './data-keys.js';
import { erasureIdOf } from './erasure-id.js';
import type { ErasedAggregate } from './key-table.js';
import type { KeyWrapper } from './key-wrapper.js';
import { sealState, unsealState, type StoredState } from './stored-state.js';

export interface PersonalDataOptions {
  /** Of the event store, where the keys are. */
  readonly pool: pg.Pool;
  readonly wrapper: KeyWrapper;
  readonly aggregates?: readonly Pick<Aggregate, 'name' | 'events'>[];
}

/** A batch as it is stored, and what to do once it is. */
export interface SealedAppend {
  readonly batch: SealedBatch;
  readonly onAppended: () => void;
}

/**
 * Encrypts personal data before it is stored, and reads it again. One data key an aggregate; the key is stored in the
 * transaction of the first event that needs it, and destroyed in that of the event that erases the aggregate.
 */
export class PersonalData {
  private readonly keys: DataKeys;
  private readonly catalogs: ReadonlyMap<string, Aggregate['events']>;
  private claimSecret: Promise<KeyObject> | undefined;

  constructor(private readonly options: PersonalDataOptions) {
    this.keys = new DataKeys(options.pool, options.wrapper);
    this.catalogs = new Map((options.aggregates ?? AGGREGATES).map(({ name, events }) => [name, events]));
  }

  /** Encrypts a batch. A new key, or one that is destroyed, is a part of the batch. */
  async seal(batch: AppendBatch): Promise<SealedAppend> {
    const personal = batch.events.filter((event) => this.personalFieldsOf(event).length > 0);
    const { keys, made } = await this.keysFor(personal);
    const events = batch.events.map((event) => {
      const key = keys.get(event.aggregateId);
      return key && this.personalFieldsOf(event).length > 0 ? this.encrypt(event, key) : event;
    });
    const erased = batch.events.flatMap((event) => this.erasedBy(event));
    const [releasedClaims, takenClaims, transientClaims] = await Promise.all([
      this.hashHeld(batch.releasedClaims),
      this.hashHeld(batch.takenClaims),
      this.hashHeld(batch.transientClaims),
    ]);
    const newKeys = made.map(({ stored }) => stored);
    return {
      batch: { ...batch, events, releasedClaims, takenClaims, transientClaims, newKeys, erased },
      onAppended: () => {
        for (const { aggregateType, aggregateId } of erased) this.keys.forget(aggregateType, aggregateId);
      },
    };
  }

  /**
   * Events with their data as it was before it was encrypted, in their order. Personal fields of an erased aggregate are
   * texts of which `isErasedText` is true.
   * @throws ContractError `personal-data-key-missing`, `personal-data-wrapping-key-missing` or `personal-data-unreadable`,
   *   and what the store throws
   */
  async reveal<Event extends Encrypted>(events: readonly Event[]): Promise<Event[]> {
    return (await this.revealEach(events)).map((each) => {
      if (each instanceof Error) throw each;
      return each;
    });
  }

  /**
   * As `reveal`, with the error in the place of an event that cannot be read: others can.
   * @param keepsKey whether the key of an event may be asked for again soon, and is kept for that
   */
  async revealEach<Event extends Encrypted>(
    events: readonly Event[],
    keepsKey: (event: Event) => boolean = () => true,
  ): Promise<(Event | ContractError)[]> {
    const encrypted = events.filter(isEncrypted);
    if (encrypted.length === 0) return [...events];
    const found = new Map<string, FoundKey>();
    for (const [type, ofType] of Map.groupBy(encrypted, (event) => event.aggregateType)) {
      const keeps = new Map(ofType.map((event) => [event.aggregateId, keepsKey(event)]));
      const keys = await this.keys.find(type, keeps.keys(), (id) => keeps.get(id) ?? false);
      for (const [id, key] of keys) found.set(id, key);
    }
    return events.map((event) =>
      isEncrypted(event) ? decryptEvent(event, found.get(event.aggregateId)) : event,
    );
  }

  /**
   * As `reveal`, but an event whose key is lost reads as if it was erased.
   * @throws ContractError `personal-data-wrapping-key-missing`: that key is not lost
   */
  async revealOrErased<Event extends Encrypted>(events: readonly Event[]): Promise<Event[]> {
    const revealed = await this.revealEach(events);
    return revealed.map((each, index) => {
      if (!(each instanceof Error)) return each;
      if (isLocked(each)) throw each;
      return decryptPersonal(events[index]!, undefined);
    });
  }

  /** Whether personal fields of a stream were stored as they are: before encryption was on. */
  async hasPlain({ aggregateType, aggregateId }: StreamId): Promise<boolean> {
    const catalog = this.catalogs.get(aggregateType);
    const fields = new Set(catalog?.types.flatMap((type) => catalog.personalFieldsOf(type)));
    const { rows } = await this.options.pool.query<{ has_plain: boolean }>(
      `select exists (
         select from events, unnest($3::text[]) as field
         where aggregate_type = $1 and aggregate_id = $2 and json_typeof(data -> field) not in ('object', 'null')
       ) as has_plain`,
      [aggregateType, aggregateId, [...fields]],
    );
    return rows[0]?.has_plain ?? false;
  }

  /**
   * The key of an aggregate; undefined if it is erased, or never had one. Its cache is passed by.
   * @throws EventStoreError `personal-data-locked` if it has one that cannot be unwrapped
   */
  async keyOf(aggregateType: string, aggregateId: string): Promise<PersonalDataKey | undefined> {
    this.keys.forget(aggregateType, aggregateId);
    const key = (await this.keys.find(aggregateType, [aggregateId])).get(aggregateId);
    if (key instanceof ContractError)
      throw new EventStoreError('personal-data-locked', key.message, { cause: key });
    return isKey(key) ? key : undefined;
  }

  /** What these claims are called in the store. */
  async hashClaims<C extends Claim>(claims: readonly C[]): Promise<C[]> {
    if (claims.length === 0) return [];
    const secret = await this.readClaimSecret();
    return claims.map((claim) => ({ ...claim, key: hashClaim(claim, secret) }));
  }

  /**
   * A secret of 32 bytes for a purpose, the same in every process and through every change of the wrapping key. The store is
   * asked at the first time only.
   * @throws EventStoreError `event-store-unavailable`, and what the store throws
   */
  async secretFor(purpose: string): Promise<KeyObject> {
    const secret = await this.readClaimSecret();
    return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
  }

  /** States as they are stored; the state of an aggregate without a key is left out. */
  async sealStates<S extends StoredState>(aggregateType: string, states: readonly S[]): Promise<S[]> {
    if (!this.hasPersonalData(aggregateType)) return [...states];
    const keys = await this.keys.find(
      aggregateType,
      states.map(({ aggregateId }) => aggregateId),
    );
    return states.flatMap((each) => {
      const key = keys.get(each.aggregateId);
      // Without personal events there is no key, and nothing to hide: but then nothing is gained by a snapshot either.
      if (!isKey(key)) return [];
      return [{ ...each, state: sealState(each, key) }];
    });
  }

  /** States as they were before they were encrypted; undefined for one that cannot be read: it is folded from events. */
  async revealStates(aggregateType: string, states: readonly StoredState[]): Promise<(string | undefined)[]> {
    const encrypted = states.filter(({ state }) => isEncrypted({ data: state }));
    if (encrypted.length === 0) return states.map(({ state }) => state);
    const keys = await this.keys.find(
      aggregateType,
      encrypted.map(({ aggregateId }) => aggregateId),
    );
    return states.map((each) => {
      if (!isEncrypted({ data: each.state })) return each.state;
      const key = keys.get(each.aggregateId);
      return isKey(key) ? unsealState(each, key) : undefined;
    });
  }

  private personalFieldsOf({
    aggregateType,
    type,
  }: Pick<NewEvent, 'aggregateType' | 'type'>): readonly string[] {
    return this.catalogs.get(aggregateType)?.personalFieldsOf(type) ?? [];
  }

  private hasPersonalData(aggregateType: string): boolean {
    const catalog = this.catalogs.get(aggregateType);
    return catalog?.types.some((type) => catalog.personalFieldsOf(type).length > 0) ?? false;
  }

  private erasedBy({ aggregateType, aggregateId, type }: NewEvent): ErasedAggregate[] {
    if (this.catalogs.get(aggregateType)?.erasedBy !== type) return [];
    return [{ aggregateType, aggregateId, erasureId: erasureIdOf(aggregateType, aggregateId) }];
  }

  private encrypt(event: NewEvent, key: PersonalDataKey): NewEvent {
    const data = JSON.parse(event.data) as Record<string, unknown>;
    return {
      ...event,
      data: JSON.stringify(encryptPersonal(data, this.personalFieldsOf(event), key, event)),
    };
  }

  /** A new aggregate has no key, so none is looked for. @throws ContractError if a key cannot be unwrapped */
  private async keysFor(
    events: readonly NewEvent[],
  ): Promise<{ keys: ReadonlyMap<string, PersonalDataKey>; made: readonly NewKey[] }> {
    const keys = new Map<string, PersonalDataKey>();
    const made: NewKey[] = [];
    const isNew = new Set(
      events.filter(({ version }) => version === 1).map(({ aggregateId }) => aggregateId),
    );
    for (const [type, ofType] of Map.groupBy(events, ({ aggregateType }) => aggregateType)) {
      const ids = new Set(ofType.map(({ aggregateId }) => aggregateId));
      const known = await this.keys.find(
        type,
        [...ids].filter((id) => !isNew.has(id)),
      );
      for (const id of ids) {
        const found = known.get(id) ?? 'missing';
        if (found instanceof ContractError) throw found;
        if (found === 'missing') {
          const making = this.keys.make(type, id);
          const fresh = making instanceof Promise ? await making : making;
          made.push(fresh);
          keys.set(id, fresh.key);
        } else {
          // Nothing can follow on an erasure: such an append is refused. Until then nobody has this key.
          keys.set(id, found === 'erased' ? throwaway() : found);
        }
      }
    }
    return { keys, made };
  }

  private async hashHeld(claims: readonly HeldClaim[] = []): Promise<HeldClaim[]> {
    return this.hashClaims(claims);
  }

  private async readClaimSecret(): Promise<KeyObject> {
    this.claimSecret ??= readClaimSecret(this.options.pool, this.options.wrapper);
    try {
      return await this.claimSecret;
    } catch (error) {
      this.claimSecret = undefined;
      throw error;
    }
  }
}

function throwaway(): PersonalDataKey {
  return { kid: 'erased', secret: createSecretKey(randomBytes(32)) };
}
