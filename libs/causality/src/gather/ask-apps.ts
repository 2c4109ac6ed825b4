import type { AppAddress } from '@eventfleet/config';
import { ask } from '@eventfleet/resilience';
import { z } from 'zod';
import type { AppAnswer, AppFacts } from '../facts.js';

const DEADLINE_MS = 3_000;

const stopped = z.object({
  group: z.string(),
  topic: z.string(),
  partition: z.number(),
  kind: z.enum(['outage', 'record']),
  failures: z.number(),
  error: z.object({ code: z.string(), message: z.string() }),
  nextAttemptAt: z.string(),
});

/** What `/health/ready` of our apps answers, whether ready or not. */
const readiness = z.object({
  details: z.record(
    z.string(),
    z.object({
      status: z.string(),
      message: z.string().default(''),
      stopped: z.array(stopped).default([]),
    }),
  ),
});

/** Asks each process how it is; one that does not answer is named. Never rejects. */
export function askApps(apps: readonly AppAddress[]): Promise<AppFacts[]> {
  return Promise.all(apps.map(async ({ app, url }) => ({ app, url, answer: await ask(() => askApp(url)) })));
}

async function askApp(url: string): Promise<AppAnswer> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(DEADLINE_MS) });
  const { success, data } = readiness.safeParse(await response.json().catch(() => undefined));
  if (!success) throw new Error(`status ${response.status}, and no readiness of an app of the fleet`);
  const parts = Object.entries(data.details);
  return {
    down: parts
      .filter(([, { status }]) => status === 'down')
      .map(([part, { message }]) => ({ part, reason: message })),
    stopped: parts.flatMap(([, part]) => part.stopped),
  };
}
