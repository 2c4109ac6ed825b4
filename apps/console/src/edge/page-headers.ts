import type { FastifyInstance } from 'fastify';

/** A page may load and ask nothing but this origin; nobody may frame it, and nothing of it is guessed or kept. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Sets these headers on every answer; what is not a file of the page is stored nowhere. */
export function addPageHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_, reply, payload, done) => {
    reply.headers(HEADERS);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}
