/** How much is measured. Times in milliseconds. */
export interface Scale {
  readonly name: 'full' | 'quick';
  /** Times that each contestant is measured, in turn with the others. */
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Load at most before CPU time is measured: until then the compilers of V8, and of Kafka's JVM, are at work. */
  readonly longestWarmUpMs: number;
  /** The same on a peer's JVM, whose compilers go on for longer. */
  readonly jvmWarmUpMs: number;
  /** "1 M": events in the large store. */
  readonly manyEvents: number;
  /** "10 k": events in the small store. */
  readonly fewEvents: number;
  /** That queries and updates choose from. */
  readonly users: number;
  /** Rounds that share the large store's backlog among them. */
  readonly backlogRounds: number;
  /** Events of the backlogs that the growth row builds up. */
  readonly growthBacklog: number;
  /** Events of the two stores that the row growth-large compares; a quarter of each make users. */
  readonly large: { readonly few: number; readonly many: number };
  /** Users whose read model is rebuilt. */
  readonly rebuiltUsers: number;
  /** Versions of the user with the long history. */
  readonly longHistory: number;
  /** Versions of the user whose past is asked for. */
  readonly longPast: number;
  readonly visible: { readonly slowMs: number; readonly fastMs: number };
}

export const FULL: Scale = {
  name: 'full',
  rounds: 3,
  warmUpMs: 1_000,
  measureMs: 4_000,
  longestWarmUpMs: 30_000,
  jvmWarmUpMs: 100_000,
  manyEvents: 1_000_000,
  fewEvents: 10_000,
  users: 10_000,
  backlogRounds: 4,
  growthBacklog: 60_000,
  large: { few: 1_000_000, many: 20_000_000 },
  rebuiltUsers: 100_000,
  longHistory: 10_000,
  longPast: 100_000,
  visible: { slowMs: 10_000, fastMs: 10_000 },
};

/** For chosen rows: the large store takes most of the time of those that need it. */
export const SMALLER_STORE: Scale = { ...FULL, manyEvents: 400_000 };

/** To see that everything works: its figures say nothing. */
export const QUICK: Scale = {
  name: 'quick',
  rounds: 1,
  warmUpMs: 200,
  measureMs: 500,
  longestWarmUpMs: 1_000,
  jvmWarmUpMs: 5_000,
  manyEvents: 40_000,
  fewEvents: 2_000,
  users: 2_000,
  backlogRounds: 1,
  growthBacklog: 10_000,
  large: { few: 8_000, many: 40_000 },
  rebuiltUsers: 10_000,
  longHistory: 1_000,
  longPast: 2_000,
  visible: { slowMs: 2_000, fastMs: 1_000 },
};
