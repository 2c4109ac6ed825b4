import type { TailBlocker } from '@eventfleet/event-store';
import type { ConsumerView, FleetView, RelayView, Trouble } from './fleet.view.js';

const LONG_TRANSACTION_SECONDS = 5;

/** What needs an operator, the worst first. Pure. */
export function troublesOf(
  view: Omit<FleetView, 'troubles'>,
  tailBlocker: TailBlocker | null,
): readonly Trouble[] {
  const troubles = [
    ...view.servers.flatMap(({ name, down }) => (down === null ? [] : [serverDown(name, down)])),
    ...view.relays.flatMap((relay) => relayTroubles(relay, tailBlocker)),
    ...view.consumers.flatMap(consumerTroubles),
    ...conflictTroubles(view.historyConflicts),
    ...view.deadLetters.flatMap(({ name, waiting }) => deadLetterTroubles(name, waiting)),
  ];
  return troubles.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

function serverDown(name: string, reason: string): Trouble {
  return {
    severity: 'error',
    what: `${name} does not answer`,
    why: reason,
    todo: 'Start it, or check its address. The apps go on by themselves when it is back.',
    page: null,
  };
}

function relayTroubles(
  { relay, holder, state, backlog, ageSeconds }: RelayView,
  tailBlocker: TailBlocker | null,
): Trouble[] {
  const waiting = `${count(backlog, 'event')} ${backlog === 1 ? 'waits' : 'wait'}, the oldest for ${Math.round(ageSeconds)} s.`;
  if (holder === null && backlog > 0) {
    return [
      {
        severity: 'error',
        what: `Nobody publishes to ${relay}`,
        why: `No process holds the lease of this relay. ${waiting}`,
        todo: 'Start command-api, which runs the relays.',
        page: null,
      },
    ];
  }
  if (state !== 'behind') return [];
  const isBlocked = tailBlocker && tailBlocker.ageSeconds > LONG_TRANSACTION_SECONDS;
  return [
    {
      severity: 'warning',
      what: `The relay to ${relay} is behind`,
      why: isBlocked
        ? `${waiting} A transaction of ${tailBlocker.applicationName || 'a client without a name'} (pid ${tailBlocker.pid}) ` +
          `holds the tail back, for ${Math.round(tailBlocker.ageSeconds)} s.`
        : waiting,
      todo: isBlocked
        ? 'End that transaction.'
        : 'See whether Kafka takes records, and the log of command-api.',
      page: null,
    },
  ];
}

function consumerTroubles(consumer: ConsumerView): Trouble[] {
  const { name, kind, members, lag, parkedKeys, parkedEvents, partitions } = consumer;
  const app = kind === 'projection' ? 'projector' : 'process-manager';
  const stopped = partitions.filter(({ isStopped }) => isStopped);
  const troubles: Trouble[] = [];
  if (members === 0 && lag > 0) {
    troubles.push({
      severity: 'error',
      what: `Nobody consumes for ${name}`,
      why: `Its consumer group has no members. It is ${count(lag, 'record')} behind.`,
      todo: `Start ${app}.`,
      page: null,
    });
  } else if (stopped.length > 0) {
    const names = stopped.map(({ partition }) => partition).join(', ');
    troubles.push({
      severity: 'error',
      what: `${name} does not go on`,
      why: `${stopped.length === 1 ? 'Partition' : 'Partitions'} ${names} ${stopped.length === 1 ? 'lags' : 'lag'}, and nothing was applied for ten seconds.`,
      todo: `See the log of ${app}: it pauses a partition while its store does not answer.`,
      page: null,
    });
  }
  if (parkedKeys > 0) {
    troubles.push({
      severity: 'warning',
      what: `${name} has parked ${count(parkedEvents, 'event')}`,
      why: `An event of ${count(parkedKeys, 'key')} cannot be applied. Later events of the key wait behind it.`,
      todo: 'Fix the cause, try a retry, then retry.',
      page: `/parked?projection=${encodeURIComponent(name)}`,
    });
  }
  return troubles;
}

function conflictTroubles(conflicts: number): Trouble[] {
  if (conflicts === 0) return [];
  return [
    {
      severity: 'error',
      what: `The history has ${count(conflicts, 'conflict')}`,
      why: 'Published events contradict those of the event store, which went back in time.',
      todo: 'Decide for each of them: fleet history show, then adopt or keep.',
      page: '/history',
    },
  ];
}

function deadLetterTroubles(name: string, waiting: number): Trouble[] {
  if (waiting === 0) return [];
  return [
    {
      severity: 'warning',
      what: `${count(waiting, 'dead letter')} in ${name}`,
      why: 'A consumer could not handle these records, and set them aside.',
      todo: 'See their errors, fix the cause, then retry.',
      page: `/dead-letters?topic=${encodeURIComponent(name)}`,
    },
  ];
}

function count(amount: number, what: string): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? what : `${what}s`}`;
}
