import { isLoopbackAddress } from '@eventfleet/config';
import type { FastifyRequest } from 'fastify';

const FORWARDED = ['x-forwarded-for', 'forwarded', 'via'];

/** Whether a process on this machine asks. What a proxy on this machine passes on comes from elsewhere. */
export function isLocal({ socket, headers }: FastifyRequest): boolean {
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  return socket.remoteAddress !== undefined && isLoopbackAddress(socket.remoteAddress);
}
