import type { Mutation } from './mutation.ts';

const projections = 'libs/projections/src';
const SHARED = `${projections}/runtime/shared-transaction.int.spec.ts`;

/** Of guarantee 6: the store never differs in silence from what was published. */
export const historyMutations: readonly Mutation[] = [
  {
    mechanism: '6 history: the event store is asked for the batches that share a transaction',
    file: `${projections}/runtime/shared-transaction.ts`,
    from: 'if (!(await Promise.all(areKnown)).every(Boolean)) throw new DoubtfulBatch();',
    to: '',
    spec: SHARED,
    test: 'without an event that the event store never wrote',
  },
  {
    mechanism: '6 history: the event store is asked for every record of a batch',
    file: `${projections}/runtime/projection-runtime.ts`,
    from: 'if (areKnown && !(await areKnown)) throw new DoubtfulBatch();',
    to: '',
    spec: 'apps/projector/src/foreign-events.fire.spec.ts',
    test: 'if it creates a user whom the store does not have',
  },
  {
    mechanism: '6 history: what an attempt has taken back is announced by the next one',
    file: 'libs/history/src/take-back-aggregate.ts',
    from: 'await saveNotices(client, noticesOf(sorted));',
    to: '',
    spec: 'libs/history/src/history-check.int.spec.ts',
    test: 'is taken up by the next one',
  },
  {
    mechanism: '6 history: a relay does not go on past a fail-over',
    file: 'libs/outbox-relay/src/relay-lease.ts',
    from: 'and ${TIMELINE} = $4',
    to: "and $4::text <> ''",
    spec: 'libs/outbox-relay/src/relay-lease.int.spec.ts',
    test: 'ends with the timeline of the server',
  },
  {
    mechanism: '6 history: a gap that the event store can fill parks nobody',
    file: `${projections}/record-verification/record-verifier.ts`,
    from: 'if (missing > 0 && missing <= Math.min(LONGEST_GAP, room)) {',
    to: 'if (missing > LONGEST_GAP) {',
    spec: 'apps/projector/src/foreign-events.fire.spec.ts',
    test: 'are taken from it before the next one',
  },
  {
    mechanism: '6 history: no token is refused while the store may lack its event',
    file: 'apps/query-api/src/consistency/issued-tokens.ts',
    from: ' || (await this.source.mayLackVersions())',
    to: '',
    spec: 'apps/query-api/src/consistency/issued-tokens.unit.spec.ts',
    test: 'may lack events',
  },
  {
    mechanism: '6 history: rows that stand on a lost event are folded again',
    file: `${projections}/record-verification/record-verifier.ts`,
    from: 'if (!row?.eventId || version > row.version || eventId === row.eventId) continue;',
    to: 'continue;',
    spec: 'apps/projector/src/foreign-events.fire.spec.ts',
    test: 'are folded again from the store',
  },
];
