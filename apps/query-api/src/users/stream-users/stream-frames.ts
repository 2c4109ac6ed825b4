import type { TailMark } from '@eventfleet/event-store';
import type { AuditItem } from '@eventfleet/read-models/queries';
import { encodeStreamId } from './stream-id.js';

/**
 * Server-sent events, as bytes: all clients share those of an event.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

/** An item of the audit trail with its user. JSON has no line breaks, so it is one line of data. */
export function eventFrame(userId: string, item: AuditItem, mark: TailMark): Buffer {
  return frame(item.type, JSON.stringify({ userId, ...item }), mark);
}

/** The end is reached. A client that resumes from its id misses nothing that came later. */
export function caughtUpFrame(mark: TailMark): Buffer {
  return frame('caught-up', '{}', mark);
}

/** The id of the client is of another store: it has to begin anew. */
export const RESET_FRAME = Buffer.from('event: reset\ndata: {}\n\n');

/** Keeps proxies from closing the connection. */
export const COMMENT_FRAME = Buffer.from(': keep-alive\n\n');

function frame(event: string, data: string, mark: TailMark): Buffer {
  return Buffer.from(`event: ${event}\nid: ${encodeStreamId(mark)}\ndata: ${data}\n\n`);
}
