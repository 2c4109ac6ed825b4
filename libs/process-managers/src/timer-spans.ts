import type { BatchDescription } from '@eventfleet/observability';
import type { DueTimerRow } from './instance-statements.js';

/** How timers that fire together are shown: each below the event or timer that set it. */
export function describeTimers(processManager: string): BatchDescription<DueTimerRow> {
  const attributes = { 'eventfleet.process_manager': processManager };
  return {
    batch: { name: 'fire timers', attributes },
    item: ({ name }) => ({ name: `fire ${name}`, attributes }),
    traceparentOf: ({ traceparent }) => traceparent,
  };
}
