import { isTracing, subjectHash, withBatch, withSpan } from '@eventfleet/observability';
import type { CommandRequest } from './command-request.js';
import type { CommandResult } from './command-result.js';

/**
 * Runs a command in a span below the one that its metadata names. Its events carry this span, so what they cause
 * elsewhere lies below it.
 */
export function traceCommand<Command>(
  aggregateType: string,
  request: CommandRequest<Command>,
  execute: (request: CommandRequest<Command>) => Promise<CommandResult>,
): Promise<CommandResult> {
  if (!isTracing()) return execute(request);
  const { metadata, command } = request;
  const name = nameOf(command) ?? `command of ${aggregateType}`;
  const attributes = {
    'eventfleet.aggregate_type': aggregateType,
    'eventfleet.correlation_id': metadata.correlationId,
    ...(metadata.actor !== undefined && { 'user.hash': subjectHash(metadata.actor) }),
  };
  return withSpan({ name, attributes }, metadata.traceparent, async (span) => {
    const traceparent = span?.traceparent ?? metadata.traceparent;
    const result = await execute({ ...request, metadata: { ...metadata, traceparent } });
    span?.set({ 'eventfleet.outcome': result.kind });
    return result;
  });
}

/** Runs an append, with a span for the whole and one for each of its commands. */
export function traceAppend<Command>(
  requests: readonly CommandRequest<Command>[],
  append: () => Promise<void>,
): Promise<void> {
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': 'append',
    'db.collection.name': 'events',
    'db.operation.batch.size': requests.length,
  };
  return withBatch(
    requests,
    {
      batch: { name: 'append batch', kind: 'client', attributes },
      item: () => ({ name: 'append events' }),
      traceparentOf: ({ metadata }) => metadata.traceparent,
    },
    append,
  );
}

function nameOf(command: unknown): string | undefined {
  const isNamed = typeof command === 'object' && command !== null && 'type' in command;
  return isNamed && typeof command.type === 'string' ? command.type : undefined;
}
