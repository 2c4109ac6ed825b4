/** One mechanism, the edit that switches it off, and the test that must notice. */
export interface Mutation {
  /** The guarantee of docs/guarantees.md that rests on it, and the mechanism. */
  readonly mechanism: string;
  readonly file: string;
  /** Source text that occurs in the file exactly once, spaces and line breaks included. */
  readonly from: string;
  readonly to: string;
  readonly spec: string;
  /** Part of a test's name: only these tests run. */
  readonly test?: string;
}
