import { EventStore, personalDataOf } from '@eventfleet/event-store';
import {
  tryParkedEvents,
  type ParkedTrial,
  type ParkingMark,
  type RevealEvents,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';
import { nothingParked } from './nothing-parked.js';

/**
 * Prints what a retry or a discard of a key would do in each read model, without data. The exit code is 1 if an event could
 * still not be applied. Process managers are not tried: their code is in their app.
 */
export async function tryParked(
  config: FleetConfig,
  mark: ParkingMark,
  key: string,
  { projection: only }: { readonly projection?: string | undefined },
): Promise<void> {
  const chosen = readModels.filter(({ name }) => only === undefined || name === only);
  const trials = await withPool(config.readStoreUrl, (pool) =>
    withPool(config.eventStoreUrl, async (events) => {
      const found: [string, ParkedTrial][] = [];
      const personalData = personalDataOf(events, config.personalDataKeys);
      const source = new EventStore(events, personalData);
      const reveal: RevealEvents | undefined =
        personalData && ((records) => personalData.revealEach(records));
      for (const projection of chosen) {
        const trial = await tryParkedEvents({ pool, projection, key, mark, source, reveal });
        if (trial) found.push([projection.name, trial]);
      }
      return found;
    }),
  );
  if (trials.length === 0) throw nothingParked({ key, projection: only });
  for (const [name, trial] of trials) console.log(describe(name, trial));
  if (trials.some(([, { fault }]) => fault)) process.exitCode = 1;
}

function describe(name: string, { applied, removed, fault, effect }: ParkedTrial): string {
  const { before, after } = effect;
  const columns = changedColumns(before.row, after.row);
  return [
    `${name}: ${applied} events would be applied, ${removed} of ${before.waiting} parked ones would be gone`,
    `  version ${before.version} to ${after.version}${columns.length > 0 ? `, ${columns.join(', ')} would change` : ''}`,
    ...(fault ? [`  it would stop: ${fault.code}, ${fault.message}`] : []),
    '  nothing of it has happened',
  ].join('\n');
}

type Row = ParkedTrial['effect']['before']['row'];

function changedColumns(before: Row, after: Row): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => before?.[name] !== after?.[name]);
}
