import type { ChaosFleet } from '../fleet/chaos-fleet.ts';

const USER_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Users of whom the operators' command line says that store and Kafka differ; none if it does not answer. */
export async function readNamedUsers({ cli }: ChaosFleet): Promise<string[]> {
  const shown = await cli('history', 'show').catch(() => '');
  return [...shown.matchAll(USER_ID)].map(([id]) => id);
}
