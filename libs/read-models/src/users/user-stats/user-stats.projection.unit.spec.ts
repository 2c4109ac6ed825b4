import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { envelopes } from '@eventfleet/testing';
import { toContribution, userStats } from './user-stats.projection.js';

const ID = '0198c0de-0000-7000-8000-000000000001';
const created: UserEvent = { type: 'user.created', data: { id: ID, name: 'Ann', email: 'ann@example.org' } };
const renamed: UserEvent = { type: 'user.updated', data: { id: ID, name: 'Bea' } };
const deleted: UserEvent = { type: 'user.deleted', data: { id: ID } };
const events = envelopes(userEvents, ID, [created, renamed, deleted]);

describe('the user statistics', () => {
  it('count who came and who went, under the partition that they came through', () => {
    expect(userStats.project(events, 7)).toMatchObject({ partition: 7, created: 1, deleted: 1 });
  });

  it('count new users by the UTC day of their creation', () => {
    const [first] = events;
    const nights = ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00.000Z', '2026-03-02T12:00:00.000Z'];

    const { createdPerDay } = userStats.project(
      nights.map((occurredAt) => ({ ...first!, occurredAt })),
      0,
    );

    expect(createdPerDay).toEqual(new Map([['2026-03-01', 1], ['2026-03-02', 2]])); // prettier-ignore
  });

  it.each([1, 2, 3])('forget a user of whom %d events were counted', (count) => {
    const counted = events.slice(0, count);
    const contribution = counted.map((event) => toContribution(event)).join('');
    const before = userStats.project(counted, 7);

    const after = userStats.forget({ aggregateId: ID, partition: 7, contribution });

    expect([after.created + before.created, after.deleted + before.deleted]).toEqual([0, 0]);
    expect([...after.createdPerDay]).toEqual([...before.createdPerDay].map(([day, many]) => [day, -many]));
  });

  it('have nothing to write when nobody came or went', () => {
    expect(userStats.statements(userStats.project(events.slice(1, 2), 0))).toEqual([]);
  });
});
