import { ask, askWithin } from './part.js';

describe('a question', () => {
  it('has an answer, or a reason why there is none', async () => {
    expect(await ask(async () => 7)).toEqual({ ok: true, value: 7 });
    expect(await ask(() => Promise.reject(new Error('refused')))).toEqual({ ok: false, reason: 'refused' });
  });

  it('has the reasons of all addresses where none of them answers', async () => {
    const errors = [new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')];
    expect(await ask(() => Promise.reject(new AggregateError(errors)))).toEqual({
      ok: false,
      reason: 'connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('has no answer once its time is over', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    expect(await askWithin(5, () => promise)).toEqual({ ok: false, reason: 'no answer within 5 ms' });
    resolve(7);
  });
});
