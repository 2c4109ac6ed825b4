import type { RetryTier } from '@eventfleet/contracts';

/** What becomes of a message, as its handler decides. */
export type MessageDisposition =
  /** It is done with. */
  | { readonly kind: 'ack' }
  /** It is delivered again after a while: that of the tier, or of the next one in turn by how often it was tried. */
  | { readonly kind: 'retry'; readonly tier?: RetryTier }
  /** It is put with the dead letters, with words that may be kept and shown: no personal data. */
  | { readonly kind: 'dead-letter'; readonly code: string; readonly detail: string };

export const ack: MessageDisposition = { kind: 'ack' };

export function retry(tier?: RetryTier): MessageDisposition {
  return { kind: 'retry', ...(tier ? { tier } : {}) };
}

export function deadLetter(code: string, detail: string): MessageDisposition {
  return { kind: 'dead-letter', code, detail };
}
