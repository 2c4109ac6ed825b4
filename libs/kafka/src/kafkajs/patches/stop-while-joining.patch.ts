import { type Runner, RunnerClass } from '../kafkajs-internals.js';

const { prototype } = RunnerClass;
const { stop, scheduleFetchManager } = prototype;
const stopped = new WeakSet<Runner>();

/**
 * Has a consumer that was stopped while it joined its group leave it again. kafkajs forgets such a stop: the consumer
 * connects anew, joins, and holds partitions of which it hands out nothing, for as long as the process lives.
 * Idempotent; applies to every consumer of the process.
 */
export function patchStopWhileJoining(): void {
  prototype.stop = noteAndStop;
  prototype.scheduleFetchManager = fetchUnlessStopped;
}

function noteAndStop(this: Runner): Promise<void> {
  stopped.add(this);
  return stop.call(this);
}

function fetchUnlessStopped(this: Runner): void {
  if (this.running && stopped.has(this)) {
    this.running = false;
    void leave(this);
  }
  scheduleFetchManager.call(this);
}

/** Whoever stopped it waits no more. Without an answer, the group takes it for lost after its session time-out. */
async function leave({ consumerGroup }: Runner): Promise<void> {
  await consumerGroup.leave().catch(() => undefined);
  await consumerGroup.cluster.disconnect().catch(() => undefined);
}
