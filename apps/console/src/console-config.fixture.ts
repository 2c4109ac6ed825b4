import type { ConsoleConfig } from './console.config.js';

/** Settings of an app that reaches no server. */
export const consoleConfig: ConsoleConfig = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent',
  failpoint: undefined,
  tracing: undefined,
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
  signingKeys: [],
  personalDataKeys: [],
  apps: [],
  hostnames: [],
};
