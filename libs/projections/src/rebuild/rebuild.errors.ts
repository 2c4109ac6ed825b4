export type RebuildErrorCode =
  /** Another command works on the generations of this projection. */
  | 'busy'
  /** There is no such generation, or it is not at a point at which it can be used. */
  | 'no-generation'
  | 'not-ready'
  | 'not-compared'
  /** The comparison found differences that nobody has accepted. */
  | 'differs'
  /** A column that is to be left out of a comparison is not there. */
  | 'no-column'
  /** The generation that would be replaced is still there. */
  | 'in-the-way'
  /** The tables of both generations are not alike. */
  | 'unlike'
  /** The projection has no partition of its own for its versions. */
  | 'no-partition'
  /** One of the generations is ahead of the other, or of Kafka, and that did not pass within the deadline. */
  | 'not-caught-up'
  /** Queries or transactions held the tables for the whole of the deadline. */
  | 'tables-busy'
  /** Another process has gone on with this rebuild. */
  | 'superseded';

/** Why a command on the generations of a projection did not happen. Nothing has changed then, unless it says so. */
export class RebuildError extends Error {
  constructor(
    readonly code: RebuildErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RebuildError';
  }
}
