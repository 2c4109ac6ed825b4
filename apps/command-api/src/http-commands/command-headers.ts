import { NO_VERSION } from '@eventfleet/event-store';
import { validationError } from '@eventfleet/http';
import type { FastifyRequest } from 'fastify';
import { canonicalJson } from '../command-execution/canonical-json.js';
import {
  plainFingerprint,
  type Fingerprint,
  type MakeFingerprint,
} from '../command-execution/fingerprints.js';

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
const VERSION_TAG = /^"(0|[1-9]\d{0,8})"$/;

/** `If-Match: "3"` as a version; absent or `*`: undefined. @throws ProblemError `validation-failed` */
export function readExpectedVersion(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  const tag = header.trim();
  const version = VERSION_TAG.exec(tag);
  if (version) return Number(version[1]);
  if (ENTITY_TAG.test(tag)) return NO_VERSION;
  throw validationError([{ path: 'If-Match', message: 'must be one entity tag, such as "3"' }]);
}

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
  return { key: header, ...makeFingerprint(contentOf(request)) };
}

/** Two requests are the same when method, path, If-Match and the JSON content of the body are. */
function contentOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0]!.toLowerCase();
  const parts = [
    request.method,
    path,
    request.headers['if-match'] ?? '',
    canonicalJson(request.body ?? null),
  ];
  return JSON.stringify(parts);
}
