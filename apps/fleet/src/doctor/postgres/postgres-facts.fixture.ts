import type { PostgresFacts, ServerFacts } from './postgres-facts.js';

/** A server with nothing to say about, but for what a test changes. */
export const sound = {
  server: {
    version: '18.4',
    versionNumber: 180_004,
    isStandby: false,
    synchronousCommit: 'on',
    synchronousStandbyNames: '*',
    fsync: 'on',
    fullPageWrites: 'on',
    dataChecksums: 'on',
    walLevel: 'replica',
    transactionTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    logsStatements: false,
    loggedParameterBytes: -1,
    seesAll: true,
  } satisfies ServerFacts,
  identity: { ok: true, value: { systemIdentifier: '7', timeline: 1 } },
  standbys: { ok: true, value: { connected: 1, synchronous: 1 } },
  clock: { ok: true, value: { ms: 0, uncertaintyMs: 0 } },
  transactions: { ok: true, value: { blocker: undefined, prepared: 0, oldestPreparedSeconds: 0 } },
  unmigrated: { ok: true, value: [] },
  wrappingKeys: { ok: true, value: new Map() },
} satisfies PostgresFacts;
