/** One mechanism, how to switch it off, and the test that must notice. */
export interface Mutation {
  readonly mechanism: string;
  /** The source file, from the root of the checkout. */
  readonly file: string;
  /** Source text that occurs in the file exactly once, spaces and line breaks included. */
  readonly from: string;
  readonly to: string;
  /** The test file that guards the mechanism. */
  readonly spec: string;
  /** Part of the name of the test in it, where one of them is enough. */
  readonly test?: string;
  /** How many times as many random runs it takes to notice surely. */
  readonly propertyFactor?: number;
}
