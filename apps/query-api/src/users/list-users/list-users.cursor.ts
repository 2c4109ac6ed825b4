import type { ListPosition } from '@eventfleet/read-models/queries';
import { z } from 'zod';

/** Opaque to clients: they only hand it back. */
export function encodeCursor({ createdAt, id }: ListPosition): string {
  return Buffer.from(`${createdAt.getTime()}:${id}`).toString('base64url');
}

const SHAPE = /^(\d{1,14}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export const cursorSchema = z
  .string()
  .max(100)
  .transform((text, context): ListPosition => {
    const match = SHAPE.exec(Buffer.from(text, 'base64url').toString('utf8'));
    if (match) return { createdAt: new Date(Number(match[1])), id: match[2]! };
    context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier page' });
    return z.NEVER;
  });
