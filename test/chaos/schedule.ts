import { Random } from './random.ts';
import { isServer, type Topology } from './topology.ts';

/** Something bad that is done to one target. Times in milliseconds, `at` from the start of the load. */
export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  /** A copy of an app, a server, a link, or a user's number. */
  readonly target: string;
  /** How long a killed process stays away, a frozen one asleep, a link disturbed. */
  readonly forMs: number;
  /** Of `latency`: added to everything that passes, in each direction. */
  readonly delayMs?: number;
  /** Of `blackhole`: whether the connections are reset at its end; else what was held arrives then. */
  readonly thenReset?: boolean;
}

export type FaultKind =
  /** SIGKILL of an app or a server, and a start later. */
  | 'kill'
  /** SIGSTOP of an app for longer than any session lasts, then SIGCONT: a zombie. */
  | 'freeze'
  /** SIGTERM of an app, and a start later. */
  | 'terminate'
  | 'latency'
  | 'reset'
  /** Connections stay open, and nothing comes through. */
  | 'blackhole'
  /** A record that cannot be read, under the key of a user made for that. */
  | 'poison';

type Card = Pick<Fault, 'kind' | 'target'>;

export interface ScheduleOptions {
  readonly durationMs: number;
  readonly hasPoison: boolean;
  readonly topology: Topology;
}

const GAP_MS = [500, 4_000] as const;
/** Consumers have 10 s, the relay less. */
const FREEZE_MS = [11_000, 15_000] as const;
const APP_AWAY_MS = [0, 4_000] as const;
const SERVER_AWAY_MS = [500, 6_000] as const;
const DISTURBED_MS = [2_000, 12_000] as const;
const DELAY_MS = [20, 400] as const;
/** A target is left alone for so long after a fault: the next one hits something that works. */
const APP_RESPITE_MS = 4_000;
const SERVER_RESPITE_MS = 15_000;
const LINK_CARDS = 5;
const POISON_CARDS = 3;

/**
 * All faults of a run, by time; the same seed gives the same. They are dealt from a shuffled deck that holds each
 * kind for each app and server, again and again: so even a short run meets every kind. A target is not hit again
 * before it has recovered. All are over before the end.
 */
export function planFaults(seed: number, options: ScheduleOptions): Fault[] {
  const { durationMs } = options;
  const random = new Random(seed);
  const busyUntil = new Map<string, number>();
  const faults: Fault[] = [];
  let deck: Card[] = [];
  let users = 0;
  for (let at = random.int(...GAP_MS); at < durationMs; at += random.int(...GAP_MS)) {
    if (deck.length === 0) deck = newDeck(random, options);
    const index = deck.findIndex(({ target }) => (busyUntil.get(target) ?? 0) <= at);
    if (index < 0) continue;
    const [card] = deck.splice(index, 1) as [Card];
    const target = card.kind === 'poison' ? String(++users) : card.target;
    const fault: Fault = { at, ...card, target, ...measureOf(card, random) };
    const end = at + fault.forMs;
    if (end > durationMs) continue;
    busyUntil.set(target, end + (isServer(target) ? SERVER_RESPITE_MS : APP_RESPITE_MS));
    faults.push(fault);
  }
  return faults;
}

function newDeck(random: Random, { hasPoison, topology }: ScheduleOptions): Card[] {
  const onApps = topology.copies.flatMap(({ name: target }) =>
    (['kill', 'freeze', 'terminate'] as const).map((kind) => ({ kind, target })),
  );
  const onServers = topology.servers.map((target) => ({ kind: 'kill' as const, target }));
  const onLinks = (['latency', 'reset', 'blackhole'] as const).flatMap((kind) =>
    Array.from({ length: LINK_CARDS }, () => ({ kind, target: random.pick(topology.links).name })),
  );
  const poison = Array.from({ length: hasPoison ? POISON_CARDS : 0 }, () => ({
    kind: 'poison' as const,
    target: '',
  }));
  return random.shuffle([...onApps, ...onServers, ...onLinks, ...poison]);
}

function measureOf({ kind, target }: Card, random: Random): Omit<Fault, 'at' | 'kind' | 'target'> {
  switch (kind) {
    case 'kill':
    case 'terminate': {
      const [least, most] = isServer(target) ? SERVER_AWAY_MS : APP_AWAY_MS;
      return { forMs: random.int(least, most) };
    }
    case 'freeze':
      return { forMs: random.int(...FREEZE_MS) };
    case 'latency':
      return { forMs: random.int(...DISTURBED_MS), delayMs: random.int(...DELAY_MS) };
    case 'blackhole':
      return { forMs: random.int(...DISTURBED_MS), thenReset: random.percent(50) };
    case 'reset':
    case 'poison':
      return { forMs: 0 };
  }
}

export function describeFault({ kind, target, forMs, delayMs, thenReset }: Fault): string {
  const what = kind === 'poison' ? 'poison' : `${kind} ${target}`;
  const more = [
    ...(forMs > 0 ? [`for ${(forMs / 1_000).toFixed(1)} s`] : []),
    ...(delayMs === undefined ? [] : [`of ${delayMs} ms`]),
    ...(thenReset ? ['then reset'] : []),
  ];
  return [what, ...more].join(' ');
}
