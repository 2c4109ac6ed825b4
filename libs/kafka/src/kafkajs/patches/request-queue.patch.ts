import { type RequestQueue, RequestQueueClass } from '../kafkajs-internals.js';

const { prototype } = RequestQueueClass;
const { scheduleCheckPendingRequests: original } = prototype;

/**
 * Stops kafkajs's request queue from re-arming a timer some 900 times a second on an idle connection: it checks
 * only while something is pending or throttled. Nothing is lost, for a push into the queue schedules a check itself.
 * Idempotent; applies to every connection of the process.
 */
export function patchRequestQueue(): void {
  prototype.scheduleCheckPendingRequests = scheduleWhenNeeded;
}

function scheduleWhenNeeded(this: RequestQueue): void {
  if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
  original.call(this);
}
