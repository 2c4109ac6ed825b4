import { isLoopbackAddress, isLoopbackHost } from '@eventfleet/config';
import type { FastifyRequest } from 'fastify';

const FORWARDED = ['x-forwarded-for', 'forwarded', 'via'];

/**
 * Whether a process on this machine asks, and asks for this machine. What a proxy on this machine passes on comes from
 * elsewhere: it says so, or it passes on the name by which the client called it.
 */
export function isLocal({ socket, headers }: FastifyRequest): boolean {
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  const { hostname } = URL.parse(`http://${headers.host ?? ''}`) ?? {};
  if (hostname === undefined || !isLoopbackHost(hostname)) return false;
  return socket.remoteAddress !== undefined && isLoopbackAddress(socket.remoteAddress);
}
