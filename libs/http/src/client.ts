import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Who the request's client is to limits and quotas: the authenticated subject, or else its address (`addressOf`). */
export function clientOf(request: Pick<FastifyRequest, 'ip' | 'caller'>): string {
  return request.caller ? `subject ${request.caller.subject}` : addressOf(request);
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The remote address, or the one that a trusted proxy names; of an IPv6 one the /64 network, which one host may own. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  const mapped = MAPPED_IPV4.exec(ip);
  if (mapped) return mapped[1]!;
  return isIPv6(ip) ? networkOf(ip) : ip;
}

function networkOf(ip: string): string {
  const [address = ''] = ip.split('%', 1);
  const [head = '', tail] = address.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const skipped = tail === undefined ? 0 : Math.max(8 - before.length - after.length, 0);
  const groups = [...before, ...Array<string>(skipped).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
