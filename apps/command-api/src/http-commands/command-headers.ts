import { type HeaderDescriptions, validationError } from '@eventfleet/http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { canonicalJson } from '../command-execution/canonical-json.js';
import {
  plainFingerprint,
  type Fingerprint,
  type MakeFingerprint,
} from '../command-execution/fingerprints.js';
import { requestKey } from '../command-execution/idempotency-scopes.js';
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
  makeFingerprint: MakeFingerprint = plainFingerprint,
): ({ key: string } & Fingerprint) | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !IDEMPOTENCY_KEY.test(header)) {
    throw validationError([
      { path: 'Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters' },
    ]);
  }
  return { key: requestKey(header, request.caller?.subject), ...makeFingerprint(contentOf(request)) };
}

/** Two requests are the same when method, path, the tags of If-Match and the JSON content of the body are. */
function contentOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0]!.toLowerCase();
  const parts = [
    request.method,
    path,
    readIfMatch(request)?.tags.join(', ') ?? '',
    canonicalJson(request.body ?? null),
  ];
  return JSON.stringify(parts);
}
