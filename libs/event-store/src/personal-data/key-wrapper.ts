import { createSecretKey, type KeyObject } from 'node:crypto';
import { ContractError, seal, unseal } from '@eventfleet/contracts';

/** A key that wraps data keys. */
export interface WrappingKey {
  /** Names it beside what it has wrapped. */
  readonly kid: string;
  /** 32 bytes. */
  readonly secret: KeyObject;
}

/**
 * Wraps and unwraps data keys: what a key management service would do in its place. Promises are awaited together. Without
 * a promise the answer is taken at once: for thousands of keys a second, promises are what costs most.
 */
export interface KeyWrapper {
  /** @param owner what the key is for: it is unwrapped for this owner only */
  wrap(key: KeyObject, owner: string): string | Promise<string>;
  /**
   * @throws ContractError `personal-data-wrapping-key-missing` if the settings lack the key that wrapped it, or
   *   `personal-data-unreadable` if it is damaged, or for another owner: both hold up its owner alone. Any other error
   *   holds up whoever asks, such as one of a key service that is away.
   */
  unwrap(wrapped: string, owner: string): KeyObject | Promise<KeyObject>;
  /** Whether `wrap` would use the same wrapping key today. */
  isCurrent(wrapped: string): boolean;
}

/** Wraps with keys from the settings, as `<kid>.<nonce, ciphertext and tag>`. The first one wraps, all unwrap. */
export class LocalKeyWrapper implements KeyWrapper {
  constructor(private readonly keys: readonly [WrappingKey, ...WrappingKey[]]) {}

  wrap(key: KeyObject, owner: string): string {
    const { kid, secret } = this.keys[0];
    return `${kid}.${seal(key.export(), secret, contextOf(owner))}`;
  }

  unwrap(wrapped: string, owner: string): KeyObject {
    const kid = kidOf(wrapped);
    const key = this.keys.find((each) => each.kid === kid);
    if (!key)
      throw new ContractError(
        'personal-data-wrapping-key-missing',
        `PERSONAL_DATA_KEY lacks ${JSON.stringify(kid)}, which is still in use`,
      );
    return createSecretKey(unseal(wrapped.slice(kid.length + 1), key.secret, contextOf(owner)));
  }

  isCurrent(wrapped: string): boolean {
    return kidOf(wrapped) === this.keys[0].kid;
  }
}

function kidOf(wrapped: string): string {
  return wrapped.slice(0, Math.max(wrapped.indexOf('.'), 0));
}

function contextOf(owner: string): string {
  return JSON.stringify(['eventfleet-data-key-1', owner]);
}
