import { ClientQuota, ClientSlots } from './client-quota.js';

const refusal = (retryAfterSeconds: number) =>
  expect.objectContaining({ code: 'rate-limited', retryAfterSeconds });

describe('the quota of a client', () => {
  it('is so many at once, and then its rate', () => {
    let now = 0;
    const quota = new ClientQuota('keys', 10, 20_000, () => now);
    for (let n = 0; n < 10; n++) quota.spend('a');
    expect(() => quota.spend('a')).toThrow(refusal(2));
    now = 1_999;
    expect(() => quota.spend('a')).toThrow(refusal(1));
    now = 2_001;
    quota.spend('a');
    expect(() => quota.spend('a')).toThrow(refusal(2));
  });

  it('is its own, and never more than the whole', () => {
    let now = 0;
    const quota = new ClientQuota('keys', 1, 1_000, () => now);
    quota.spend('a');
    quota.spend('b');
    expect(() => quota.spend('a')).toThrow(refusal(1));
    now = 60_000;
    quota.spend('a');
    expect(() => quota.spend('a')).toThrow(refusal(1));
  });
});

describe('the slots of a client', () => {
  it('are taken and given back, once each', () => {
    const slots = new ClientSlots('streams', 2);
    const giveBack = slots.take('a');
    slots.take('a');
    slots.take('b');
    expect(() => slots.take('a')).toThrow(refusal(1));
    giveBack();
    giveBack();
    slots.take('a');
    expect(() => slots.take('a')).toThrow(refusal(1));
  });
});
