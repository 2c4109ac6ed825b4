import { DeadlineExceeded, finishesWithin, withDeadline } from './with-deadline.js';
import { isTransient } from './is-transient.js';

const never = new Promise<never>(() => undefined);

describe('withDeadline', () => {
  it('returns what the work returns in time', async () => {
    expect(await withDeadline(Promise.resolve('done'), 1_000)).toBe('done');
  });

  it('throws what the work throws in time', async () => {
    await expect(withDeadline(Promise.reject(new Error('failed')), 1_000)).rejects.toThrow('failed');
  });

  it('throws a transient error after the deadline', async () => {
    const error = await withDeadline(never, 1).catch((caught: unknown) => caught);
    expect(error).toEqual(new DeadlineExceeded(1));
    expect(isTransient(error)).toBe(true);
  });

  it("throws its caller's error after the deadline", async () => {
    const late = (ms: number) => new Error(`nothing for ${ms} ms`);
    await expect(withDeadline(never, 1, late)).rejects.toThrow('nothing for 1 ms');
  });

  it('ignores a failure after the deadline', async () => {
    const { promise, reject } = Promise.withResolvers();
    await expect(withDeadline(promise, 1)).rejects.toThrow('no answer within 1 ms');
    reject(new Error('nobody waits any more'));
    await expect(promise).rejects.toThrow();
  });
});

describe('finishesWithin', () => {
  it('says whether the work ended in time', async () => {
    expect(await finishesWithin(Promise.resolve(), 1_000)).toBe(true);
    expect(await finishesWithin(never, 1)).toBe(false);
  });

  it('throws what the work throws in time, and ignores a failure after the deadline', async () => {
    await expect(finishesWithin(Promise.reject(new Error('failed')), 1_000)).rejects.toThrow('failed');
    const { promise, reject } = Promise.withResolvers();
    expect(await finishesWithin(promise, 1)).toBe(false);
    reject(new Error('nobody waits any more'));
    await expect(promise).rejects.toThrow();
  });
});
