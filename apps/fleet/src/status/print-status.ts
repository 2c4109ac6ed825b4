import type { RunningErasures } from '@eventfleet/event-store';
import type { FleetStatus, ProjectionStatus } from '@eventfleet/operators';
import type { Part } from '@eventfleet/resilience';

export interface Status extends FleetStatus {
  readonly erasures: Part<RunningErasures>;
}

/** One block a server, one line a thing. */
export function printStatus({ eventStore, processManagers, kafka, readStore, erasures }: Status): void {
  block('event store', eventStore, ({ relays }) =>
    relays.length === 0
      ? ['no relay has run yet']
      : relays.map(
          ({ relay, isHeld, holder, epoch, backlogEvents, backlogAgeSeconds }) =>
            `relay ${relay}: ${isHeld ? `published by ${holder} (epoch ${epoch})` : 'nobody publishes'}, ` +
            `${backlogEvents} events behind, the oldest ${backlogAgeSeconds.toFixed(1)} s old`,
        ),
  );
  block('kafka', kafka, ({ clusterId, topics }) => [
    `cluster ${clusterId}`,
    ...topics.map(
      ({ topic, partitions, records }) => `topic ${topic}: ${partitions} partitions, ${records} records`,
    ),
  ]);
  block('read store', readStore, ({ projections }) =>
    projections.length === 0
      ? ['no projection has run yet']
      : projections.map((status) => `projection ${progress(status)}`),
  );
  block('process managers', processManagers, ({ processManagers }) =>
    processManagers.length === 0
      ? ['none has run yet']
      : processManagers.map(
          ({ instances, timersDue, ...status }) =>
            `${progress(status)}, ${instances} instances, ${timersDue} timers due`,
        ),
  );
  block('erasures', erasures, ({ count, oldestSeconds }) => [
    count === 0 ? 'none is running' : `${count} running, the oldest ${oldestSeconds.toFixed(1)} s old`,
  ]);
}

function progress({ projection, applied, lag, parked }: ProjectionStatus): string {
  const waiting = parked.events > 0 ? `, ${parked.events} events of ${parked.keys} keys parked` : '';
  return `${projection}: ${applied} records done, ${lag} behind${waiting}`;
}

function block<T>(title: string, part: Part<T>, lines: (value: T) => string[]): void {
  console.log(title);
  for (const line of part.ok ? lines(part.value) : [`DOWN: ${part.reason}`]) console.log(`  ${line}`);
}
