/** Settings of an app that reaches no server. */
export const commandApiConfig = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent' as const,
  failpoint: undefined,
  eventStoreUrl: 'postgres://127.0.0.1:1/none',
  readStoreUrl: 'postgres://127.0.0.1:1/none',
  kafka: {
    brokers: ['127.0.0.1:1'],
    ssl: false,
    replicationFactor: 1,
    topicPrefix: '',
    partitions: 1,
    sessionTimeoutMs: 10_000,
  },
  rabbitmq: undefined,
  limits: {},
  onboarding: { isOn: false, timeoutMs: 1_000 },
  signingKeys: [],
  personalDataKeys: [],
  relayBacklogLimit: 1,
};
