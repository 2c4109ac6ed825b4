import { WaitSlots } from './wait-slots.js';

const limits = { all: 6, perAggregate: 3, longMs: 2_000, long: 4, longPerClient: 3 };
let slots: WaitSlots;
let count = 0;
beforeEach(() => {
  slots = new WaitSlots(limits);
});

const take = (client: string, waitMs: number, aggregateId = String(count++)) =>
  slots.take({ client, aggregateId, waitMs });
const takeMany = (times: number, ...wait: Parameters<typeof take>) =>
  Array.from({ length: times }, () => take(...wait)).filter((slot) => slot !== undefined).length;

describe('the places to wait in', () => {
  it('are so many, and are given back', () => {
    const giveBack = take('a', 2_000);
    expect(takeMany(10, 'b', 2_000)).toBe(5);
    giveBack?.();
    expect(takeMany(10, 'c', 2_000)).toBe(1);
  });

  it('leave room for short waits, and for the long ones of others', () => {
    expect(takeMany(10, 'a', 30_000)).toBe(3);
    expect(takeMany(10, 'b', 30_000)).toBe(1);
    expect(takeMany(10, 'a', 2_000)).toBe(2);
  });

  it('are few for one aggregate', () => {
    expect(takeMany(10, 'a', 2_000, 'one')).toBe(3);
    expect(takeMany(10, 'a', 2_000, 'another')).toBe(3);
  });
});
