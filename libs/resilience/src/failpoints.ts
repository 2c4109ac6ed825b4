/**
 * Every place where a test can end the process, by the name that stands there. They lie between two steps of which
 * one must not be lost, and the other must not be done twice.
 */
export const FAILPOINTS = [
  'between append and answer',
  'between send and checkpoint',
  'between rows and checkpoint',
  'between checkpoint and commit',
  'between dead letter and offset',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];
