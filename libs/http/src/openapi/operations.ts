import { z } from 'zod';
import type { OperationDescription } from './operation.js';

const stoppedPartition = z.object({
  group: z.string(),
  topic: z.string(),
  partition: z.int().min(0),
  kind: z.enum(['outage', 'record']).meta({ description: 'It waits for a server, or a record is at fault.' }),
  failures: z.int().min(1).meta({ description: 'Of this kind, in a row.' }),
  error: z.object({ code: z.string(), message: z.string() }),
  nextAttemptAt: z.iso.datetime(),
});

const part = z
  .object({
    status: z.enum(['up', 'down']),
    message: z.string().optional(),
    responseTime: z.number().min(0).optional().meta({ description: 'Milliseconds that the check took.' }),
    stopped: z
      .array(stoppedPartition)
      .optional()
      .meta({ description: 'Of consumers: the partitions that wait for another attempt.' }),
  })
  .meta({ id: 'HealthPart' });
const parts = z.record(z.string(), part);

const health = z
  .object({
    status: z.enum(['ok', 'error', 'shutting_down']),
    info: parts.optional(),
    error: parts.optional(),
    details: parts,
  })
  .meta({ id: 'Health', description: '`error` names the parts that fail, and why.' });

const NO_STORE = {
  'Cache-Control': { schema: z.string(), description: 'No cache keeps the answer.' },
};

export const LIVE: OperationDescription = {
  id: 'getLiveness',
  tag: 'operations',
  summary: 'Whether the process answers',
  responses: {
    200: { description: 'It does.', headers: NO_STORE, content: { 'application/json': health } },
  },
};

export const READY: OperationDescription = {
  id: 'getReadiness',
  tag: 'operations',
  summary: 'Whether every part that the app needs does its work',
  responses: {
    200: { description: 'Every part does.', headers: NO_STORE, content: { 'application/json': health } },
    503: { description: 'A part does not.', headers: NO_STORE, content: { 'application/json': health } },
  },
};

export const METRICS: OperationDescription = {
  id: 'getMetrics',
  tag: 'operations',
  summary: 'Metrics for Prometheus',
  responses: {
    200: {
      description: 'Its text format, or OpenMetrics for a client that accepts that.',
      content: { 'text/plain': z.string(), 'application/openmetrics-text': z.string() },
    },
  },
};
