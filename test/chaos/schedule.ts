import type { Failover } from './arguments.ts';
import { Random } from './random.ts';
import { isBroker, isServer, type Topology } from './topology.ts';

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
  /** Of `failover`: what becomes of the primary. */
  readonly primary?: PrimaryFate;
  /** Of `blackhole`: whether the connections are reset at its end; else what was held arrives then. */
  readonly thenReset?: boolean;
}

/** What becomes of a primary whose standby hears nothing more of it for the fault's time, and is promoted then or before. */
export type PrimaryFate =
  /** SIGKILL before the promotion. */
  | 'killed'
  /** SIGSTOP of all its processes before the promotion; killed after it, without having run again. */
  | 'frozen'
  /** Promoted first, while clients still write to the primary; killed at the end. */
  | 'cut off';

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
  /** The standby of the store takes over from the primary, and gets a standby of its own. */
  | 'failover'
  /** A record that cannot be read, under the key of a user made for that. */
  | 'poison';

type Card = Pick<Fault, 'kind' | 'target'>;

export interface ScheduleOptions {
  readonly durationMs: number;
  readonly hasPoison: boolean;
  readonly failover: Failover | undefined;
  readonly topology: Topology;
}

const GAP_MS = [500, 4_000] as const;
/** Consumers have 10 s, the relay less. */
const FREEZE_MS = [11_000, 15_000] as const;
const APP_AWAY_MS = [0, 4_000] as const;
const SERVER_AWAY_MS = [500, 6_000] as const;
const DISTURBED_MS = [2_000, 12_000] as const;
/** For how long the primary still takes writes. */
const CUT_OFF_MS = [200, 3_000] as const;
const DELAY_MS = [20, 400] as const;
/** A target is left alone for so long after a fault: the next one hits something that works. */
const APP_RESPITE_MS = 4_000;
const SERVER_RESPITE_MS = 15_000;
/** A broker among others takes longer to come back: it loads its log, and catches up with the leaders. */
const BROKER_RESPITE_MS = 45_000;
const LINK_CARDS = 5;
const POISON_CARDS = 3;
const FAILOVER_CARDS = 4;
/** So many other faults come before a fail-over. */
const FIRST_AFTER = 3;
const PRIMARY_FATES: readonly PrimaryFate[] = ['killed', 'frozen', 'cut off'];

/**
 * All faults of a run, by time; the same seed gives the same. They are dealt from a shuffled deck that holds each
 * kind for each app and server, again and again: so even a short run meets every kind. A target is not hit again
 * before it has recovered, and of several brokers one at a time is away. All are over before the end.
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
    const index = deck.findIndex(({ target }) => (busyUntil.get(groupOf(target)) ?? 0) <= at);
    if (index < 0) continue;
    const [card] = deck.splice(index, 1) as [Card];
    const target = card.kind === 'poison' ? String(++users) : card.target;
    const fault: Fault = { at, ...card, target, ...measureOf(card, random) };
    const end = at + fault.forMs;
    if (end > durationMs) continue;
    busyUntil.set(groupOf(target), end + respiteOf(target, options.topology));
    faults.push(fault);
  }
  return faults;
}

function respiteOf(target: string, { brokers }: Topology): number {
  if (isBroker(target) && brokers.length > 1) return BROKER_RESPITE_MS;
  return isServer(target) ? SERVER_RESPITE_MS : APP_RESPITE_MS;
}

/** What one broker has the others have too: only together they are a target. */
function groupOf(target: string): string {
  return isBroker(target) ? 'kafka' : target;
}

function newDeck(random: Random, { hasPoison, failover, topology }: ScheduleOptions): Card[] {
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
  const failovers = Array.from({ length: failover ? FAILOVER_CARDS : 0 }, () => ({
    kind: 'failover' as const,
    target: 'postgres',
  }));
  return spread(failovers, random.shuffle([...onApps, ...onServers, ...onLinks, ...poison]));
}

/** Puts some cards among others at equal distances, so that even a short run meets one. */
function spread(some: readonly Card[], others: readonly Card[]): Card[] {
  const distance = Math.floor(others.length / Math.max(1, some.length));
  return others.flatMap((card, index) => {
    const next = index % distance === FIRST_AFTER ? some[Math.floor(index / distance)] : undefined;
    return next ? [next, card] : [card];
  });
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
    case 'failover':
      return { forMs: random.int(...CUT_OFF_MS), primary: random.pick(PRIMARY_FATES) };
    case 'reset':
    case 'poison':
      return { forMs: 0 };
  }
}

export function describeFault({ kind, target, forMs, delayMs, primary, thenReset }: Fault): string {
  const what = kind === 'poison' ? 'poison' : `${kind} ${target}`;
  const more = [
    ...(primary === undefined ? [] : [`with the primary ${primary}`]),
    ...(forMs > 0 ? [`for ${(forMs / 1_000).toFixed(1)} s`] : []),
    ...(delayMs === undefined ? [] : [`of ${delayMs} ms`]),
    ...(thenReset ? ['then reset'] : []),
  ];
  return [what, ...more].join(' ');
}
