import type { FastifyInstance } from 'fastify';

const INTERVAL_MS = 50;

/**
 * While the app closes, lets go of each connection as soon as its answer is sent. The server itself does so only
 * with those that are idle when the close begins, and would wait for the others until their clients hang up.
 */
export function closeConnectionsWhenAnswered(fastify: FastifyInstance): void {
  fastify.addHook('preClose', (done) => {
    const { server } = fastify;
    if (!server.listening) return done();
    const timer = setInterval(() => server.closeIdleConnections(), INTERVAL_MS);
    server.once('close', () => clearInterval(timer));
    return done();
  });
}
