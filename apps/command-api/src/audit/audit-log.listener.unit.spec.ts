import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { recordedHistory } from '@eventfleet/testing';
import { pino } from 'pino';
import type { InProcessEvent } from '../in-process-events/in-process-event.js';
import { AuditLog } from './audit-log.listener.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';

describe('the audit log', () => {
  it('has one line an event, whatever the log level, with who, what and why, and no personal data', () => {
    const lines: string[] = [];
    const audit = new AuditLog(
      pino({ level: 'error', base: null }, { write: (line) => void lines.push(line) }),
    );
    const created: UserEvent = {
      type: 'user.created',
      data: { id: ID, name: 'Ada', email: 'ada@example.org' },
    };
    const [event] = recordedHistory(userEvents, ID, [created]);
    audit.onUserEvent({ ...event!, ...created } as InProcessEvent);

    expect(lines).toHaveLength(1);
    const { level: _level, time: _time, ...line } = JSON.parse(lines[0]!) as Record<string, unknown>;
    const { type, aggregateId: userId, version, eventId, correlationId, causationId, occurredAt } = event!;
    const logged = { type, userId, version, eventId, correlationId, causationId, occurredAt };
    expect(line).toEqual({ audit: true, msg: 'audit', ...logged });

    audit.onUserEvent({ ...event!, ...created, actor: 'ada@example.org' } as InProcessEvent);
    expect(lines[1]).toContain('"actorHash":"');
    expect(lines[1]).not.toContain('ada@');
  });
});
