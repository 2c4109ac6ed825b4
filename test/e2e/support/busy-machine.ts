/** What a busy machine may add to a time that the product guarantees. */
export const BUSY_MS = 4_000;
