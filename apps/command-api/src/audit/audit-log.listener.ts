import { LOGGER, subjectHash, traceFields } from '@eventfleet/observability';
import { Inject, Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { Logger } from 'pino';
import type { InProcessEvent } from '../in-process-events/in-process-event.js';
import { priority } from '../in-process-events/priority.js';

/**
 * The security audit log: who was changed, how, when, by which request, and by whom, as a hash. One JSON line an event, marked with
 * `"audit":true`, whatever the log level but silent. No personal data. At most once, as every listener in the process:
 * the complete record is the event store.
 */
@Injectable()
export class AuditLog {
  private readonly logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    this.logger = logger.level === 'silent' ? logger : logger.child({ audit: true }, { level: 'info' });
  }

  @OnEvent('user.*', priority(100))
  onUserEvent(event: InProcessEvent): void {
    const {
      type,
      aggregateId: userId,
      version,
      eventId,
      correlationId,
      causationId,
      occurredAt,
      actor,
    } = event;
    const by = actor === undefined ? {} : { actorHash: subjectHash(actor) };
    const fields = { type, userId, version, eventId, correlationId, causationId, occurredAt, ...by };
    this.logger.info({ ...fields, ...traceFields(event.traceparent) }, 'audit');
  }
}
