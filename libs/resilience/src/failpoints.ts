/**
 * Every place where a test can end the process, by the name that stands there. They lie between two steps of which
 * one must not be lost, and the other must not be done twice. In the order of an event's way.
 */
export const FAILPOINTS = [
  'before the append',
  'between append and answer',
  'between lease and recovery',
  'between recovery and checkpoint',
  'before the send',
  'between two sends',
  'between send and checkpoint',
  'between checkpoint and release',
  'between rows and checkpoint',
  'between checkpoint and commit',
  'between copy and progress',
  'between two pages',
  'between two indexes',
  'between deferred stream and progress',
  'between two phases',
  'between swap and commit',
  'between dead letter and offset',
  'between commit and offset',
  'between timer and commit',
  'between outcome and reply',
  'between reply and offset',
  'between retry and ack',
  'between claim and mail',
  'between mail and inbox',
  'between inbox and acknowledgement',
  'between failure report and inbox',
  'between a place and its receipt',
  'between two places of an erasure',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];
