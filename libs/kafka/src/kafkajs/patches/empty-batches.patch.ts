import { type Runner, RunnerClass } from '../kafkajs-internals.js';

const { prototype } = RunnerClass;
const { fetch } = prototype;

/**
 * Leaves the partitions of a fetch out that brought nothing. kafkajs takes each of them through its workers, only to
 * send a heartbeat: at a few records a fetch that is most of what it does. Idempotent.
 */
export function patchEmptyBatches(): void {
  prototype.fetch = fetchWithoutEmpty;
}

async function fetchWithoutEmpty(this: Runner, nodeId: number): ReturnType<Runner['fetch']> {
  const batches = await fetch.call(this, nodeId);
  const some = batches.filter(({ rawMessages }) => rawMessages.length > 0);
  // kafkajs has sent one already if it got no batch at all.
  if (some.length === 0 && batches.length > 0) await this.heartbeat();
  return some;
}
