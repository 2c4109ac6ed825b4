import { seal, unseal, type PersonalDataKey } from '@eventfleet/contracts';

/** A state as it is stored. */
export interface StoredState {
  readonly aggregateId: string;
  readonly version: number;
  readonly state: string;
}

/** The whole state, encrypted for this aggregate at this version; JSON text. */
export function sealState(stored: StoredState, key: PersonalDataKey): string {
  return JSON.stringify({ $enc: `${key.kid}.${seal(stored.state, key.secret, contextOf(stored))}` });
}

/** The inverse of `sealState`; undefined with another key. */
export function unsealState(stored: StoredState, key: PersonalDataKey): string | undefined {
  const { $enc: sealed } = JSON.parse(stored.state) as { $enc: string };
  const text = sealed.slice(sealed.indexOf('.') + 1);
  try {
    return unseal(text, key.secret, contextOf(stored)).toString('utf8');
  } catch {
    return undefined;
  }
}

function contextOf({ aggregateId, version }: StoredState): string {
  return JSON.stringify(['eventfleet-state-1', aggregateId, version]);
}
