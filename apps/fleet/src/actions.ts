import { OPERATORS_DATABASE_SCHEMA, readActions, type RecordedAction } from '@eventfleet/operators';
import type { FleetConfig } from './fleet.config.js';
import { withPool } from './with-pool.js';

/** Prints what operators did by the console, a line an action, the newest first. */
export async function actions(
  { eventStoreUrl }: FleetConfig,
  { json = false, limit }: { readonly json?: boolean; readonly limit: number },
): Promise<void> {
  const found = await withPool(eventStoreUrl, (pool) => readActions(pool, { limit }), {
    schema: OPERATORS_DATABASE_SCHEMA,
  });
  if (json) console.log(JSON.stringify(found, null, 2));
  else if (found.length === 0) console.log('nobody has done anything yet');
  for (const action of json ? [] : found) console.log(describe(action));
}

function describe({ startedAt, action, target, outcome, actor, face }: RecordedAction): string {
  const facts = Object.entries(target).filter(([, value]) => value !== null);
  const what = facts.map(([name, value]) => `${name} ${value}`).join(', ');
  return `${startedAt}  ${action}  ${what}  ${outcome ?? 'under way, or interrupted'}  by ${actor ?? face}`;
}
