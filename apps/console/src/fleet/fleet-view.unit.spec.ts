import type { FleetStatus, ProjectionStatus } from '@eventfleet/operators';
import type { FleetFacts, SlowFacts } from './fleet-facts.js';
import { fleetView, type Movement } from './fleet-view-of.js';
import type { FleetView } from './fleet.view.js';

const RELAY = {
  relay: 'kafka',
  holder: 'host:1',
  epoch: '3',
  isHeld: true,
  backlogEvents: 0,
  backlogAgeSeconds: 0,
};
const LIST: ProjectionStatus = {
  projection: 'user-list',
  applied: 100,
  lag: 0,
  partitions: [{ topic: 'user-events', partition: 4, applied: 100, lag: 0 }],
  parked: { keys: 0, events: 0 },
};
const SLOW: SlowFacts = {
  verifications: { ok: true, value: [] },
  deadLetters: { ok: true, value: [] },
  historyConflicts: { ok: true, value: 0 },
};

interface Change {
  readonly at?: number;
  readonly relay?: Partial<typeof RELAY>;
  readonly list?: Partial<ProjectionStatus>;
  readonly members?: number;
  readonly records?: number;
  readonly kafka?: FleetStatus['kafka'];
  readonly tailBlocker?: { pid: number; applicationName: string; ageSeconds: number };
}

function facts({
  at = 0,
  relay,
  list,
  members = 1,
  records = 100,
  kafka,
  tailBlocker,
}: Change = {}): FleetFacts {
  return {
    at,
    status: {
      eventStore: {
        ok: true,
        value: { relays: [{ ...RELAY, ...relay }], tailBlocker: tailBlocker ?? null },
      },
      kafka: kafka ?? {
        ok: true,
        value: { clusterId: 'c', topics: [{ topic: 'user-events', partitions: 12, records }] },
      },
      readStore: { ok: true, value: { projections: [{ ...LIST, ...list }] } },
      processManagers: { ok: true, value: { processManagers: [] } },
    },
    groups: new Map([
      [
        'user-list',
        {
          state: members > 0 ? 'Stable' : 'Empty',
          members: Array.from({ length: members }, () => ({ clientId: 'p', host: 'h', assignment: {} })),
        },
      ],
    ]),
  };
}

/** What two looks come to, the second of them. */
function looks(first: Change, second: Change): FleetView {
  const before = facts(first);
  const { moved } = fleetView(before, SLOW, undefined, new Map<string, Movement>());
  return fleetView(facts(second), SLOW, before, moved).view;
}

const now = (change: Change) => looks(change, { ...change, at: 2_000 });

describe('the view of the fleet', () => {
  it('has no trouble if everything goes on, and says how fast', () => {
    const view = looks(
      { records: 100 },
      {
        at: 2_000,
        records: 150,
        relay: { backlogEvents: 10 },
        list: {
          applied: 140,
          lag: 10,
          partitions: [{ topic: 'user-events', partition: 4, applied: 140, lag: 10 }],
        },
      },
    );

    expect(view.troubles).toEqual([]);
    expect(view).toMatchObject({
      appendedPerSecond: 30,
      topics: [{ perSecond: 25 }],
      relays: [{ state: 'ok', holder: 'host:1' }],
      consumers: [{ state: 'ok', perSecond: 20, members: 1 }],
    });
  });

  it('knows no rate at the first look', () => {
    const { view } = fleetView(facts(), SLOW, undefined, new Map());
    expect(view).toMatchObject({ appendedPerSecond: null, consumers: [{ perSecond: null }] });
  });

  it('names a relay that nobody runs, and what waits for it', () => {
    const view = now({ relay: { isHeld: false, backlogEvents: 7, backlogAgeSeconds: 42.4 } });

    expect(view.relays[0]).toMatchObject({ state: 'stopped', holder: null });
    expect(view.troubles).toMatchObject([
      {
        severity: 'error',
        what: 'Nobody publishes to kafka',
        why: 'No process holds the lease of this relay. 7 events wait, the oldest for 42 s.',
      },
    ]);
  });

  it('names the transaction that holds the tail back', () => {
    const tailBlocker = { pid: 4_711, applicationName: 'psql', ageSeconds: 90 };
    const view = now({ relay: { backlogEvents: 1, backlogAgeSeconds: 80 }, tailBlocker });
    expect(view.troubles[0]?.why).toBe(
      '1 event waits, the oldest for 80 s. A transaction of psql (pid 4711) holds the tail back, for 90 s.',
    );
  });

  it('names a projection that nobody consumes for', () => {
    const view = now({ members: 0, list: { lag: 12 } });
    expect(view.troubles).toMatchObject([
      {
        what: 'Nobody consumes for user-list',
        why: 'Its consumer group has no members. It is 12 records behind.',
      },
    ]);
  });

  it('names the partitions that lag and do not go on, after ten seconds', () => {
    const list = { lag: 5, partitions: [{ topic: 'user-events', partition: 4, applied: 100, lag: 5 }] };

    expect(looks({ list }, { at: 9_000, list }).troubles).toEqual([]);
    expect(looks({ list }, { at: 10_000, list })).toMatchObject({
      consumers: [{ state: 'stopped', partitions: [{ isStopped: true }] }],
      troubles: [
        {
          severity: 'error',
          what: 'user-list does not go on',
          why: expect.stringMatching(/^Partition 4 lags/),
        },
      ],
    });
    const goesOn = { lag: 4, partitions: [{ topic: 'user-events', partition: 4, applied: 101, lag: 4 }] };
    expect(looks({ list }, { at: 10_000, list: goesOn }).troubles).toEqual([]);
  });

  it('names parked events, and the page that shows them', () => {
    const view = now({ list: { parked: { keys: 2, events: 30 } } });
    expect(view.troubles).toMatchObject([
      { severity: 'warning', what: 'user-list has parked 30 events', page: '/parked?projection=user-list' },
    ]);
  });

  it('names a server that does not answer, first', () => {
    const view = now({
      kafka: { ok: false, reason: 'connect ECONNREFUSED' },
      list: { parked: { keys: 1, events: 1 } },
    });
    expect(view.troubles.map(({ what }) => what)).toEqual([
      'Kafka does not answer',
      'user-list has parked 1 event',
    ]);
    expect(view.consumers[0]?.state).toBe('unknown');
  });
});
