import { setTimeout as delay } from 'node:timers/promises';
import type { Link } from '../fleet/link.ts';
import type { Fault } from '../schedule.ts';

/** Disturbs a link for the fault's time. */
export async function disturbLink(link: Link, { kind, forMs, delayMs, thenReset }: Fault): Promise<void> {
  if (kind === 'reset') link.reset();
  if (kind === 'latency') link.delay(delayMs ?? 0);
  if (kind === 'blackhole') link.blackhole();
  await delay(forMs);
  if (thenReset) link.reset();
  link.heal();
}
