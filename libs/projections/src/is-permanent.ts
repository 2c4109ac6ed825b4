import { ContractError } from '@eventfleet/contracts';
import { isTransient } from '@eventfleet/resilience';
import { ProjectionError } from './projection.errors.js';

/** Our own errors blame the event, whatever stands in their texts; of all others the fleet's one predicate decides. */
export function isPermanent(error: unknown): boolean {
  return error instanceof ProjectionError || error instanceof ContractError || !isTransient(error);
}
