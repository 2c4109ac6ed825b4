import { StoreDeadline } from './store-deadline.js';

const LIMIT_MS = 150;
const never = () => new Promise<never>(() => undefined);

describe('StoreDeadline', () => {
  it('passes answers and errors on', async () => {
    const deadline = new StoreDeadline(LIMIT_MS);
    expect(await deadline.ask(() => Promise.resolve(1))).toBe(1);
    await expect(deadline.ask(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('gives up on what takes too long, and then lets nobody wait, but for a probe', async () => {
    const deadline = new StoreDeadline(LIMIT_MS);
    const from = performance.now();
    await expect(deadline.ask(never)).rejects.toThrow('does not answer');
    expect(performance.now() - from).toBeGreaterThanOrEqual(LIMIT_MS);
    let asked = 0;
    const ask = () => {
      asked++;
      return never();
    };
    const many = Array.from({ length: 10 }, () => deadline.ask(ask));
    expect((await Promise.allSettled(many)).map(({ status }) => status)).toEqual(
      Array.from({ length: 10 }, () => 'rejected'),
    );
    expect(asked).toBe(1);
  });

  it('is over with the first answer, even a late one', async () => {
    const deadline = new StoreDeadline(LIMIT_MS);
    const { promise, resolve } = Promise.withResolvers<number>();
    await expect(deadline.ask(() => promise)).rejects.toThrow('does not answer');
    resolve(1);
    await promise;
    expect(await deadline.ask(() => Promise.resolve(2))).toBe(2);
    expect(await deadline.ask(() => Promise.resolve(3))).toBe(3);
  });
});
