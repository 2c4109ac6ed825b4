import { jest } from '@jest/globals';
import type { UserView } from '@eventfleet/read-models/queries';
import { UserCache } from './user-cache.js';

const user = (id: string, version = 1): UserView => ({
  id,
  name: 'Ada',
  email: 'ada@example.org',
  status: 'active',
  version,
  createdAt: '',
  updatedAt: '',
});

const BEGINNING = performance.now();

afterEach(() => void jest.restoreAllMocks());

/** Stops the clock, so many seconds after the beginning of the tests. The library looks at it once a turn. */
async function stopClockAt(seconds: number): Promise<void> {
  jest.spyOn(performance, 'now').mockReturnValue(BEGINNING + seconds * 1_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('UserCache', () => {
  it('says how old its answer is, and gives none that is too old', async () => {
    await stopClockAt(0);
    const cache = new UserCache(10);
    cache.keep(user('a'));
    await stopClockAt(4.5);
    expect(cache.find('a')).toMatchObject({ ageSeconds: 5, ttlSeconds: 5, user: { id: 'a' } });
    await stopClockAt(11);
    expect(cache.find('a')).toBeUndefined();
  });

  it('keeps the newest version, and forgets', () => {
    const cache = new UserCache(10);
    cache.keep(user('a', 2));
    cache.keep(user('a', 1));
    expect(cache.find('a')?.user.version).toBe(2);
    cache.forget('a');
    expect(cache.find('a')).toBeUndefined();
  });

  it('is bounded', () => {
    const cache = new UserCache(10);
    for (let n = 0; n < 2_001; n++) cache.keep(user(String(n)));
    expect(cache.find('0')).toBeUndefined();
    expect(cache.find('2000')).toBeDefined();
  });

  it('keeps nothing when it is off', () => {
    const cache = new UserCache(0);
    cache.keep(user('a'));
    expect(cache.find('a')).toBeUndefined();
  });
});
