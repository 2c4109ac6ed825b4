import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ConfigError, type KafkaSettings } from '@eventfleet/config';
import kafkajs, { type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import type { Kafka } from '../kafka.js';
import { KafkajsClient } from './kafkajs-client.js';
import { toPino } from './kafkajs-log.js';
import { patchFetchOrder } from './patches/fetch-order.patch.js';
import { patchFetchWithoutMembership } from './patches/fetch-without-membership.patch.js';
import { patchMessageDecoding } from './patches/message-decoding.patch.js';
import { patchRecordEncoding } from './patches/record-encoding.patch.js';
import { patchRequestQueue } from './patches/request-queue.patch.js';
import { patchStopWhileJoining } from './patches/stop-while-joining.patch.js';

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Some three seconds in all. What must last longer than that (a consumer) brings its own. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 };

/**
 * A client of the cluster. It connects only when something made from it (a publisher, a consumer) or a function that is
 * given it does.
 * @throws ConfigError when the CA file of `KAFKA_SSL` cannot be read
 */
export function createKafka(settings: KafkaSettings, clientId: string, logger: Logger): Kafka {
  patchRequestQueue();
  patchRecordEncoding();
  patchMessageDecoding();
  patchFetchOrder();
  patchStopWhileJoining();
  patchFetchWithoutMembership();
  const client = new kafkajs.Kafka({
    clientId,
    brokers: settings.brokers,
    ssl: tlsOptions(settings.ssl),
    ...(settings.sasl ? { sasl: saslOptions(settings.sasl) } : {}),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => toPino(logger),
  });
  return new KafkajsClient(clientId, client);
}

function tlsOptions(ssl: KafkaSettings['ssl']): ConnectionOptions | boolean {
  if (typeof ssl === 'boolean') return ssl;
  try {
    return { ca: [readFileSync(ssl.caFile, 'utf8')] };
  } catch {
    throw new ConfigError(['KAFKA_SSL: must be true, false or a CA file that can be read']);
  }
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaSettings['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
