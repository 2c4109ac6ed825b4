/** What a partition's log holds. */
export interface LogRange {
  /** The first offset that is still there. */
  readonly start: bigint;
  /** The offset that the next record will get. */
  readonly end: bigint;
}
