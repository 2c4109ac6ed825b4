import { atMost } from './at-most.js';

const never = new Promise(() => undefined);

describe('atMost', () => {
  it('tells whether the work ended in time', async () => {
    expect(await atMost(1_000, Promise.resolve())).toBe(true);
    expect(await atMost(1, never)).toBe(false);
  });

  it('throws what the work throws, and lets it fail later unheard', async () => {
    await expect(atMost(1_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    const { promise, reject } = Promise.withResolvers();
    expect(await atMost(1, promise)).toBe(false);
    reject(new Error('nobody waits any more'));
    await expect(promise).rejects.toThrow();
  });
});
