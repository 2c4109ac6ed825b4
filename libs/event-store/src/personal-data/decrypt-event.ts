import { ContractError, decryptPersonal, type RecordedEvent } from '@eventfleet/contracts';
import type { FoundKey } from './data-keys.js';

/** What identifies a ciphertext, and what it is in. */
export type Encrypted = Pick<RecordedEvent, 'aggregateType' | 'aggregateId' | 'version' | 'data'>;

const UNREADABLE: ReadonlySet<string> = new Set<ContractError['code']>([
  'personal-data-key-missing',
  'personal-data-wrapping-key-missing',
  'personal-data-unreadable',
]);

/** The event in plain text, or why it cannot be read. */
export function decryptEvent<Event extends Encrypted>(
  event: Event,
  key: FoundKey | undefined,
): Event | ContractError {
  if (key === undefined || key === 'missing') return keyMissing(event.aggregateId);
  if (key instanceof ContractError) return key;
  try {
    return decryptPersonal(event, key === 'erased' ? undefined : key);
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
}

/** Whether the settings lack the key that has wrapped an aggregate's: that aggregate waits for it, and no other one. */
export function isLocked(error: unknown): error is ContractError {
  return error instanceof ContractError && error.code === 'personal-data-wrapping-key-missing';
}

/** Whether the personal data of an aggregate cannot be read, though it is not erased: because its key is lost, damaged or locked. */
export function isUnreadable(error: unknown): error is ContractError {
  return error instanceof ContractError && UNREADABLE.has(error.code);
}

/** The table was restored from an older copy than the events: once the key is back, they can be read again. */
function keyMissing(aggregateId: string): ContractError {
  return new ContractError(
    'personal-data-key-missing',
    `the key of ${aggregateId} is missing, though it is not erased: restore the table personal_data_keys`,
  );
}
