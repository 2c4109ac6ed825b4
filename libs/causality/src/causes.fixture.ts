import { NOW, REFUSED, secondsAgo, trace, type World } from './facts.fixture.js';
import type { CauseCode } from './story.js';

const none = { state: 'Empty', members: [] };

export interface Case {
  readonly what: string;
  readonly world: World;
  readonly code: CauseCode;
  readonly says: string;
}

/** The row of user-list is at 7 and the store at 9, unless the case says otherwise. */
export const CASES: readonly Case[] = [
  {
    what: 'the user is parked',
    world: { parked: [{}] },
    code: 'parked',
    says: 'it is parked: version 8 failed: projection-failed (TypeError at fold.ts:7) after 5 attempts; 2 events waiting for 3 min',
  },
  {
    what: 'the user is parked and marked',
    world: {
      parked: [{ errorCode: null, errorMessage: null, mark: 'retry', firstVersion: undefined, waiting: 1 }],
    },
    code: 'parked',
    says: 'it is parked: its next event waits for its turn after 5 attempts; 1 event waiting for 3 min, marked for retry',
  },
  {
    what: 'another transaction holds the tail back',
    world: {
      published: { kafka: 7 },
      events: { traces: [trace(7), trace(8, { isInTail: false }), trace(9, { isInTail: false })] },
      store: { blocker: { pid: 77, applicationName: 'psql', ageSeconds: 90 } },
    },
    code: 'tail-held',
    says: 'an older transaction, of process 77 (psql) and open for 90 s, holds back everything that was stored after it began',
  },
  {
    what: 'the tail is held back by nobody knows whom',
    world: { published: { kafka: 7 }, events: { traces: [trace(8, { isInTail: false })] } },
    code: 'tail-held',
    says: "an older transaction on the event store's server holds back everything that was stored after it began",
  },
  {
    what: 'no relay has ever run',
    world: { published: {} },
    code: 'relay-never-ran',
    says: 'the relay kafka has never run: no process publishes',
  },
  {
    what: 'the process that publishes was killed',
    world: { published: { kafka: 7 }, relay: { isHeld: false, leaseUntil: secondsAgo(30).toISOString() } },
    code: 'relay-stopped',
    says: 'the relay kafka is stopped: no process publishes (host:12 lost its lease 30 s ago); 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the process that publishes was stopped',
    world: { published: { kafka: 7 }, relay: { isHeld: false, leaseUntil: undefined } },
    code: 'relay-stopped',
    says: 'the relay kafka is stopped: no process publishes (host:12 gave its lease up); 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the relay refuses, as the cluster is another one',
    world: { published: { kafka: 7 }, relay: { isHeld: false }, kafka: { clusterId: 'other' } },
    code: 'relay-refused',
    says: 'the relay kafka refuses to publish: this Kafka cluster is another one than it was; 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the relay refuses, as the topic is another one',
    world: { published: { kafka: 7 }, kafka: { topics: [{ name: 'user-events', topicId: 'new' }] } },
    code: 'relay-refused',
    says: 'the relay kafka refuses to publish: the topic user-events is another one than it was; 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'Kafka is away, and the event not published',
    world: { published: { kafka: 7 }, facts: { kafka: REFUSED } },
    code: 'kafka-unreachable',
    says: 'Kafka does not answer (connect ECONNREFUSED); 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'the relay is behind',
    world: { published: { kafka: 7 } },
    code: 'relay-behind',
    says: 'the relay kafka is behind: host:12 publishes, 2 events waiting, the oldest for 12 s',
  },
  {
    what: 'Kafka is away, and the event published',
    world: { facts: { kafka: REFUSED } },
    code: 'kafka-unreachable',
    says: 'Kafka does not answer (connect ECONNREFUSED)',
  },
  {
    what: 'the partition is paused',
    world: { stopped: [{}] },
    code: 'partition-paused',
    says: 'partition 4 of user-events is paused, ECONNREFUSED: Error at tcp.js:1, 6 attempts failed, next attempt in 3 s',
  },
  {
    what: 'the partition is paused, and the projector says what is down',
    world: { stopped: [{}], down: [{ part: 'read-store', reason: 'connect ECONNREFUSED' }] },
    code: 'partition-paused',
    says: 'partition 4 of user-events is paused, read-store is down: connect ECONNREFUSED, 6 attempts failed, next attempt in 3 s',
  },
  {
    what: 'the partition is paused by an event at fault, and being tried',
    world: {
      stopped: [
        {
          kind: 'record',
          failures: 1,
          error: { code: '23514', message: 'error' },
          nextAttemptAt: NOW.toISOString(),
        },
      ],
    },
    code: 'partition-paused',
    says: 'partition 4 of user-events is paused, an event is at fault (23514: error), 1 attempt failed, it is being tried again',
  },
  {
    what: 'no projector runs',
    world: { kafka: { groups: new Map([['user-list', none]]) }, nextOffset: 108n },
    code: 'no-consumer',
    says: 'no process consumes user-events for user-list: no projector runs, or none can join',
  },
  {
    what: 'the group rebalances',
    world: {
      kafka: {
        groups: new Map([
          [
            'user-list',
            { state: 'PreparingRebalance', members: [{ clientId: 'p', host: 'h', assignment: {} }] },
          ],
        ]),
      },
    },
    code: 'rebalancing',
    says: 'no member of user-list has partition 4 of user-events now: the group is rebalancing (PreparingRebalance)',
  },
  {
    what: 'the projector lags',
    world: { nextOffset: 90n },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 30 records behind, 18 of them before this event, last moved 43 s ago',
  },
  {
    what: 'the projector lags, and the event was not found in Kafka',
    world: { nextOffset: 119n, kafka: { records: [] } },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 1 record behind, last moved 43 s ago',
  },
  {
    what: 'the projector lags, and does not answer',
    world: {
      nextOffset: 108n,
      facts: { apps: [{ app: 'projector', url: 'http://a:3002', answer: REFUSED }] },
    },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 12 records behind, 0 of them before this event, last moved 43 s ago; projector at http://a:3002 does not answer',
  },
  {
    what: 'the topic was replaced after the checkpoint',
    world: {
      kafka: { topics: [{ name: 'user-events', topicId: 'new' }] },
      published: { kafka: 9 },
    },
    code: 'lagging',
    says: 'user-list lags in partition 4 of user-events: 120 records behind, 108 of them before this event, last moved 43 s ago',
  },
  {
    what: 'the group has gone past the event',
    world: { nextOffset: 115n },
    code: 'passed-over',
    says: 'user-list has gone past the event at offset 108 without applying it: it was set aside, or the row was changed',
  },
  {
    what: 'the group is at the end, and the event was not found in Kafka',
    world: { kafka: { records: [] } },
    code: 'passed-over',
    says: 'user-list has gone past the event without applying it: it was set aside, or the row was changed',
  },
];
