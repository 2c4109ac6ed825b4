import type { RetryTier } from '@eventfleet/contracts';

/** What a handler makes of a message. */
export type Outcome =
  /** It is done with. */
  | { readonly kind: 'ack' }
  /** It is delivered again after a while: that of the tier, or of the next one in turn by how often it was tried. */
  | { readonly kind: 'retry'; readonly tier?: RetryTier }
  /** It is put with the dead letters, with words that may be kept and shown: no personal data. */
  | { readonly kind: 'dead-letter'; readonly code: string; readonly detail: string };

export const ack: Outcome = { kind: 'ack' };

export function retry(tier?: RetryTier): Outcome {
  return { kind: 'retry', ...(tier ? { tier } : {}) };
}

export function deadLetter(code: string, detail: string): Outcome {
  return { kind: 'dead-letter', code, detail };
}
