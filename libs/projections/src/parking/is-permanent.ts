import { ContractError } from '@eventfleet/contracts';
import { isTransient } from '@eventfleet/resilience';
import { ProjectionError } from '../projection.errors.js';

/** Our own errors mean that the event is at fault, whatever their texts say. For all others `isTransient` decides. */
export function isPermanent(error: unknown): boolean {
  return error instanceof ProjectionError || error instanceof ContractError || !isTransient(error);
}
