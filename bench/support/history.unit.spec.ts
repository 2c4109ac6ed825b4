import { GROWING, updatedAgain, eventsFor, type History } from './history.ts';

const histories: readonly (readonly [string, History, number])[] = [
  ['growing', GROWING, 1_000],
  ['updated again', updatedAgain(250), 1_100],
];

describe.each(histories)('a history, %s', (_, history, events) => {
  const places = Array.from({ length: events }, (__, index) => history.placeOf(index + 1));

  it('has the versions of each user in order, without gaps', () => {
    const versions = new Map<number, number>();
    for (const { user, version } of places) {
      expect(version).toBe((versions.get(user) ?? 0) + 1);
      versions.set(user, version);
    }
    expect(versions.size).toBe(history.usersIn(events));
    expect(Math.max(...versions.keys())).toBe(versions.size);
  });

  it('finds the event of a place', () => {
    places.forEach((place, index) => expect(history.numberOf(place)).toBe(index + 1));
  });
});

it('so many events make so many users', () => {
  for (const users of [1, 2, 3, 4, 1_000]) {
    expect(GROWING.usersIn(eventsFor(users))).toBe(users);
    expect(GROWING.usersIn(eventsFor(users) - 1)).toBe(users - 1);
  }
});
