import { createHash } from 'node:crypto';
import { type HeaderDescriptions, validationError } from '@eventfleet/http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { canonicalJson } from '../command-execution/canonical-json.js';
import { readIfMatch } from './preconditions.js';

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** What `readIdempotencyKey` reads. */
export const IDEMPOTENCY_KEY_HEADER: HeaderDescriptions = {
  'Idempotency-Key': {
    schema: z.string().regex(IDEMPOTENCY_KEY),
    description: 'A repeat with the same key has no second effect, and gets the first answer.',
  },
};

/** The key, and the fingerprint of what it was sent with. @throws ProblemError `validation-failed` */
export function readIdempotencyKey(
  request: FastifyRequest,
): { key: string; fingerprint: string } | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !IDEMPOTENCY_KEY.test(header)) {
    throw validationError([
      { path: 'Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters' },
    ]);
  }
  return { key: keyOf(header, request), fingerprint: fingerprintOf(request) };
}

/**
 * A key belongs to who is authenticated: nobody gets the answer of another. Without authentication it is the client's own
 * text. No header has a line break, so no text is the key of another subject.
 */
function keyOf(text: string, { subject }: FastifyRequest): string {
  return subject ? `${text}\n${createHash('sha256').update(subject).digest('base64url')}` : text;
}

/** Two requests are the same when method, path, the tags of If-Match and the JSON content of the body are. */
function fingerprintOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0]!.toLowerCase();
  const parts = [
    request.method,
    path,
    readIfMatch(request)?.tags.join(', ') ?? '',
    canonicalJson(request.body ?? null),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
