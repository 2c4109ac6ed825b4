/** A synthetic history: of which user its n-th event is, and which version. Everything counts from 1. */
export interface History {
  /** How many users its first `events` events make. */
  usersIn(events: number): number;
  placeOf(n: number): Place;
  /** The event that gives the user this version; beyond the end of every store if none does. */
  numberOf(place: Place): number;
}

export interface Place {
  readonly user: number;
  readonly version: number;
}

const UPDATE_EVERY = 4;

/** Three new users, then an update of an older one, and so on: three quarters of the events make users. */
export const GROWING: History = {
  usersIn: (events) => events - Math.floor(events / UPDATE_EVERY),
  placeOf: (n) =>
    n % UPDATE_EVERY === 0
      ? { user: n / UPDATE_EVERY, version: 2 }
      : { user: GROWING.usersIn(n), version: 1 },
  numberOf({ user, version }) {
    if (version === 1) return eventsFor(user);
    return version === 2 ? UPDATE_EVERY * user : Number.POSITIVE_INFINITY;
  },
};

/** How many events of `GROWING` it takes to make so many users. */
export function eventsFor(users: number): number {
  return Math.floor((users * UPDATE_EVERY - 1) / (UPDATE_EVERY - 1));
}

/** A prime: steps of it go to every user, unless their number is a multiple of it. */
const STEP = 1_618_033;

/** So many users, then updates of all of them, again and again. Neighbours in the tail are far apart in the ids. */
export function updatedAgain(users: number): History {
  const back = inverse(STEP, users);
  return {
    usersIn: (events) => Math.min(events, users),
    placeOf(n) {
      if (n <= users) return { user: n, version: 1 };
      const [version, index] = [Math.ceil(n / users), (n - 1) % users];
      return { user: 1 + ((index * STEP) % users), version };
    },
    numberOf({ user, version }) {
      if (version === 1) return user;
      return (version - 1) * users + 1 + (((user - 1) * back) % users);
    },
  };
}

/** The number that, times `value`, leaves 1 of the modulus: by the extended algorithm of Euclid. */
function inverse(value: number, modulus: number): number {
  let [rest, nextRest] = [modulus, value];
  let [factor, nextFactor] = [0, 1];
  while (nextRest > 0) {
    const quotient = Math.floor(rest / nextRest);
    [rest, nextRest] = [nextRest, rest - quotient * nextRest];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  if (rest !== 1) throw new Error(`${modulus} has a divisor in common with ${value}`);
  return ((factor % modulus) + modulus) % modulus;
}
