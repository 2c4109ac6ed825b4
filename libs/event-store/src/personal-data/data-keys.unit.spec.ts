import { createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import { ContractError } from '@eventfleet/contracts';
import { jest } from '@jest/globals';
import type pg from 'pg';
import { DataKeys, isKey } from './data-keys.js';
import { LocalKeyWrapper, type KeyWrapper } from './key-wrapper.js';
import { KEY_CACHE_MS } from './recent-keys.js';

const local = new LocalKeyWrapper([{ kid: 'a', secret: createSecretKey(Buffer.alloc(32, 1)) }]);
/** As a key service would do it. */
const remote: KeyWrapper = {
  wrap: async (key, owner) => local.wrap(key, owner),
  unwrap: async (wrapped, owner) => local.unwrap(wrapped, owner),
  isCurrent: (wrapped) => local.isCurrent(wrapped),
};
const bytesOf = ({ secret }: { readonly secret: KeyObject }) => secret.export().toString('hex');

/** A table of keys, and how often it was asked, each time for whom. */
function startTable(wrapper: KeyWrapper) {
  const rows = new Map<string, { kid: string; wrapped: string | null }>();
  const asked: string[][] = [];
  const pool = {
    async query({ values }: { readonly values: readonly [string, string] }) {
      const ids = values[1].match(/[\w-]{36}/g) ?? [];
      asked.push(ids);
      const none = { kid: null, wrapped: null };
      return { rows: ids.map((id) => ({ id, is_standby: false, ...(rows.get(id) ?? none) })) };
    },
  } as unknown as pg.Pool;
  const keys = new DataKeys(pool, wrapper);
  const make = async () => {
    const id = randomUUID();
    const { key, stored } = await keys.make('user', id);
    rows.set(id, { kid: stored.kid, wrapped: stored.wrapped });
    return { id, key };
  };
  return { rows, asked, keys, make };
}

describe.each([
  ['at once', local],
  ['later', remote],
])('data keys, by a wrapper that answers %s', (_, wrapper) => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are others for each aggregate, however many are made, and found again', async () => {
    const { keys, make } = startTable(wrapper);
    const made = await Promise.all(Array.from({ length: 300 }, make));
    expect(new Set(made.map(({ key }) => key.kid)).size).toBe(300);
    expect(new Set(made.map(({ key }) => bytesOf(key))).size).toBe(300);

    const ids = made.map(({ id }) => id);
    const found = await keys.find('user', ids);
    expect(ids.map((id) => isKey(found.get(id)) && found.get(id))).toEqual(made.map(({ key }) => key));
  });

  it('leave no bytes behind in the process that makes them', async () => {
    const { keys, make } = startTable(wrapper);
    const { drawn } = keys as unknown as { readonly drawn: Buffer };
    for (let n = 0; n < 200; n++) {
      const { key } = await make();
      expect(drawn.includes(key.secret.export())).toBe(false);
    }
  });

  it('are asked for once, kept for five seconds if they are to be, and forgotten on demand', async () => {
    const { rows, asked, keys, make } = startTable(wrapper);
    const [one, other] = [await make(), await make()];
    const isKept = (id: string) => id === one.id;

    await keys.find('user', [one.id, other.id, one.id], isKept);
    await keys.find('user', [one.id, other.id], isKept);
    expect(asked).toEqual([[one.id, other.id], [other.id]]);

    rows.set(one.id, { kid: one.key.kid, wrapped: null });
    jest.advanceTimersByTime(KEY_CACHE_MS);
    expect((await keys.find('user', [one.id])).get(one.id)).toBe('erased');

    await keys.find('user', [other.id]);
    keys.forget('user', other.id);
    rows.delete(other.id);
    expect((await keys.find('user', [other.id])).get(other.id)).toBe('missing');
  });

  it('that cannot be unwrapped hold up their owners alone', async () => {
    const { rows, keys, make } = startTable(wrapper);
    const [one, other, third] = [await make(), await make(), await make()];
    rows.set(one.id, { ...rows.get(one.id)!, wrapped: 'lost.AAAA' });
    rows.set(other.id, { ...rows.get(other.id)!, wrapped: rows.get(third.id)!.wrapped });

    const found = await keys.find('user', [one.id, other.id, third.id]);

    expect([found.get(one.id), found.get(other.id)].map((each) => (each as ContractError).code)).toEqual([
      'personal-data-wrapping-key-missing',
      'personal-data-unreadable',
    ]);
    expect(found.get(third.id)).toEqual(third.key);
  });

  it('are all asked for again if the wrapper fails', async () => {
    let lost = '';
    const { keys, make } = startTable({
      wrap: (key, owner) => wrapper.wrap(key, owner),
      unwrap: (wrapped, owner) => {
        if (owner === lost) throw new Error('the key service is away');
        return wrapper.unwrap(wrapped, owner);
      },
      isCurrent: () => true,
    });
    const [one, other] = [await make(), await make()];
    lost = `user:${other.id}`;
    await expect(keys.find('user', [one.id, other.id])).rejects.toThrow('the key service is away');
  });
});
