import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import {
  storeUnavailable,
  type Idempotency,
  type PersonalData,
  type WrappingKey,
} from '@eventfleet/event-store';
import { isTransient, withDeadline } from '@eventfleet/resilience';

/** What tells a repeat from another request, as it is stored now, and as earlier settings have stored it. */
export type Fingerprint = Pick<Idempotency, 'fingerprint' | 'formerFingerprints'>;

/** @param content of a request, the same text for the same request */
export type MakeFingerprint = (content: string) => Fingerprint;

const PURPOSE = 'eventfleet-fingerprint-1';
/** As long as a command waits for a store that does not respond. */
const UNREACHABLE_MS = 1_350;

export const plainFingerprint: MakeFingerprint = (content) => ({
  fingerprint: createHash('sha256').update(content).digest('base64url'),
});

/**
 * If personal data is encrypted: nobody without the key can find out by trying what a request held. The secret outlives
 * the wrapping keys, so a change of these takes no repeat for another request.
 * @param keys the wrapping keys; what was stored by secrets made of them counts as long as they are set
 * @returns what asks the event store at the first time, and answers at once from then on; it throws EventStoreError
 *   `event-store-unavailable` if the store cannot say
 */
export function keyedFingerprints(
  personalData: Pick<PersonalData, 'secretFor'> | undefined,
  keys: readonly WrappingKey[],
): () => Promise<MakeFingerprint> {
  if (!personalData) return () => Promise.resolve(plainFingerprint);
  const former = keys.map(({ secret }) => keyed(derive(secret)));
  let made: MakeFingerprint | undefined;
  return async () => {
    made ??= makeWith(await readSecret(personalData), former);
    return made;
  };
}

function makeWith(secret: KeyObject, former: readonly ((content: string) => string)[]): MakeFingerprint {
  const current = keyed(secret);
  return (content) => ({
    fingerprint: current(content),
    formerFingerprints: [...former.map((make) => make(content)), plainFingerprint(content).fingerprint],
  });
}

function keyed(secret: KeyObject): (content: string) => string {
  return (content) => createHmac('sha256', secret).update(content).digest('base64url');
}

async function readSecret(personalData: Pick<PersonalData, 'secretFor'>): Promise<KeyObject> {
  try {
    return await withDeadline(personalData.secretFor(PURPOSE), UNREACHABLE_MS);
  } catch (error) {
    throw isTransient(error) ? storeUnavailable(error) : error;
  }
}

function derive(secret: KeyObject): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32)));
}
