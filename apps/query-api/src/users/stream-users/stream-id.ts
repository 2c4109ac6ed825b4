import { TAIL_BEGIN, type TailMark } from '@eventfleet/event-store';

/** Version of the form, server, transaction, position, event. Each number is one that Postgres takes. */
const SHAPE = /^1:(\d{1,20}):(\d{1,19}):(\d{1,18}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** Before the first event. */
const BEGIN = '0';

/** Opaque to clients: they only hand it back. */
export function encodeStreamId({
  systemIdentifier,
  transactionId,
  globalPosition,
  eventId,
}: TailMark): string {
  if (eventId === '') return BEGIN;
  return Buffer.from(`1:${systemIdentifier}:${transactionId}:${globalPosition}:${eventId}`).toString(
    'base64url',
  );
}

/** @returns undefined for an id that no stream of this fleet ever had */
export function decodeStreamId(text: string): TailMark | undefined {
  if (text === BEGIN) return TAIL_BEGIN;
  if (!/^[\w-]{1,200}$/.test(text)) return undefined;
  const match = SHAPE.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (!match) return undefined;
  const [, systemIdentifier = '', transactionId = '', globalPosition = '', eventId = ''] = match;
  return { systemIdentifier, transactionId, globalPosition, eventId };
}
