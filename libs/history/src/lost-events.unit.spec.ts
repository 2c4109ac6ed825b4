import { randomUUID } from 'node:crypto';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { recordedHistory } from '@eventfleet/testing';
import { sortLostEvents } from './lost-events.js';

const id = randomUUID();
const renamed = (name: string): UserEvent => ({ type: 'user.updated', data: { id, name } });
const history = recordedHistory<UserEvent>(userEvents, id, [
  { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } },
  renamed('Bea'),
  renamed('Cleo'),
  renamed('Dora'),
]);
const versions = (events: readonly { readonly version: number }[]) => events.map(({ version }) => version);
const reasons = ({ conflicting }: ReturnType<typeof sortLostEvents>) =>
  conflicting.map(({ event, reason }) => [event.version, reason]);

describe('lost events', () => {
  it('that follow on what the store has can be adopted, in whichever order they were found', () => {
    const { adoptable, conflicting } = sortLostEvents(history.slice(1).toReversed(), 1, false);
    expect([versions(adoptable), conflicting]).toEqual([[2, 3, 4], []]);
  });

  it('of an aggregate that the store never had can be adopted from the first on', () => {
    expect(versions(sortLostEvents(history, 0, false).adoptable)).toEqual([1, 2, 3, 4]);
  });

  it('contradict an event that took their version, and so do all behind them', () => {
    const sorted = sortLostEvents(history.slice(1), 2, false);
    expect(versions(sorted.adoptable)).toEqual([]);
    expect(reasons(sorted)).toEqual([[2, 'version-taken'], [3, 'earlier-conflict'], [4, 'earlier-conflict']]); // prettier-ignore
  });

  it('cannot be adopted behind a gap', () => {
    const sorted = sortLostEvents([history[1]!, history[3]!], 1, false);
    expect(versions(sorted.adoptable)).toEqual([2]);
    expect(reasons(sorted)).toEqual([[4, 'version-gap']]);
  });

  it('wait behind a conflict that nobody has resolved', () => {
    expect(reasons(sortLostEvents(history.slice(3), 3, true))).toEqual([[4, 'earlier-conflict']]);
  });
});
