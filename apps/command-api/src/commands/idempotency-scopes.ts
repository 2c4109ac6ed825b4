/** Keeps the keys of each edge apart, and says for how many hours its answers are kept. */
export const IDEMPOTENCY_SCOPES = {
  http: { scope: 'http', keptHours: 48 },
  /** Longer than the topic keeps the commands: what can be read again is recognised. */
  userCommands: { scope: 'user-commands', keptHours: 14 * 24 },
} as const;
