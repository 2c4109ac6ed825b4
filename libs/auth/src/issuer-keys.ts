import { setTimeout as delay } from 'node:timers/promises';
import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import type { Logger } from 'pino';
import { AuthError } from './auth.error.js';
import { issuerUnreachable } from './auth.metrics.js';
import { fetchJson } from './fetch-json.js';
import { discover } from './issuer-metadata.js';

export interface IssuerKeysOptions {
  readonly issuer: string;
  /** By default as the discovery document says. */
  readonly jwksUrl?: string | undefined;
  readonly logger: Logger;
}

/** A key that the issuer has withdrawn is good for so long yet. */
const REFRESH_EVERY_MS = 5 * 60_000;
/** However many tokens name keys that nobody knows, the issuer is asked no more often than this. */
const SHORTEST_BETWEEN_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * The issuer's public keys, read at first use and kept. A token of an unknown key has them read again, so a rotation
 * needs no restart. They are read again every five minutes as well, beside the requests. While the issuer is away the
 * known keys go on, and it is asked again after 1 s, 2 s, and so on up to 30 s.
 * jose's own remote key set forgets its keys when they are old, and asks an issuer that is away at each token.
 */
export class IssuerKeys {
  private keySet: KeySet | undefined;
  private text = '';
  private loading: Promise<void> | undefined;
  private failures = 0;
  private readAt = -Infinity;
  private nextAt = -Infinity;
  private current = 0;

  constructor(private readonly options: IssuerKeysOptions) {}

  /** Another number whenever the keys are others: what an earlier key has signed is to be verified again. */
  get generation(): number {
    return this.current;
  }

  get isLoaded(): boolean {
    return this.keySet !== undefined;
  }

  /** Has the keys read again if that is due. Waits for nothing. */
  refreshIfDue(): void {
    const now = performance.now();
    if (now - this.readAt >= REFRESH_EVERY_MS && now >= this.nextAt) void this.refresh();
  }

  /**
   * The key that a token names, for jose.
   * @throws AuthError `issuer-unavailable` if it is not known and the issuer cannot be asked; jose's `JWKSNoMatchingKey`
   *   if the issuer does not have it
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    this.refreshIfDue();
    const known = await this.findKnown(header, token);
    if (known) return known;
    await this.refresh();
    const found = await this.findKnown(header, token);
    if (found) return found;
    if (this.failures > 0) {
      throw new AuthError(
        'issuer-unavailable',
        'The issuer of tokens cannot be reached, and this key is not known',
      );
    }
    throw new errors.JWKSNoMatchingKey();
  }

  private async findKnown(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
  ): Promise<CryptoKey | undefined> {
    try {
      return await this.keySet?.(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      throw error;
    }
  }

  /** Reads the keys, at most once at a time. Resolves without having read them while the pause after a failure lasts. */
  private refresh(): Promise<void> {
    if (this.failures > 0 && performance.now() < this.nextAt) return Promise.resolve();
    return (this.loading ??= this.load().finally(() => (this.loading = undefined)));
  }

  private async load(): Promise<void> {
    const { issuer, logger } = this.options;
    await delay(Math.max(0, this.nextAt - performance.now()));
    try {
      await this.read();
      if (this.failures > 0) logger.info({ issuer }, 'the issuer of tokens answers again');
      this.failures = 0;
      issuerUnreachable.set(0);
      this.readAt = performance.now();
      this.nextAt = this.readAt + SHORTEST_BETWEEN_MS;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.failures === 0)
        logger.warn(
          { issuer, reason },
          "the issuer's keys cannot be read, so tokens with new keys are refused: check OIDC_ISSUER, OIDC_JWKS_URL and the network",
        );
      issuerUnreachable.set(1);
      this.nextAt =
        performance.now() + Math.min(SHORTEST_BETWEEN_MS * 2 ** this.failures++, LONGEST_RETRY_MS);
    }
  }

  private async read(): Promise<void> {
    const { issuer } = this.options;
    const url = this.options.jwksUrl ?? (await discover(issuer)).jwksUrl;
    const { keys } = await fetchJson(url);
    if (!Array.isArray(keys) || keys.length === 0) throw new Error(`${url} has no keys`);
    const text = JSON.stringify(keys);
    if (text === this.text) return;
    this.keySet = createLocalJWKSet({ keys });
    this.text = text;
    this.current++;
  }
}
