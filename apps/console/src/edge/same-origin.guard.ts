import { isIP } from 'node:net';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { consoleError } from '../console.problems.js';

const READS = new Set(['GET', 'HEAD']);
/** Health and metrics show nothing of anybody, and whoever asks for them may know the process by another name. */
const OF_ANY_NAME = /^\/(health\/|metrics$)/;

/**
 * Lets in what the console's own page asks for. A name that nobody gave to the console is refused, so that another
 * site cannot make its name stand for this address (DNS rebinding). What changes something must come from a page of
 * this origin: browsers say so in headers that a page cannot set. Programs send neither; they may act.
 */
export class SameOriginGuard implements CanActivate {
  /** @param hostnames beside addresses and `localhost` */
  constructor(private readonly hostnames: readonly string[]) {}

  /** @throws ProblemError `unknown-host`, `cross-site` */
  canActivate(context: ExecutionContext): boolean {
    const { method, headers, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
    const isOfAnyName = OF_ANY_NAME.test(routeOptions.url ?? '');
    if (!isOfAnyName && !this.isOwnName(hostnameOf(headers.host)))
      throw consoleError('unknown-host', 'Name it in CONSOLE_HOSTNAMES, if it is the console');
    if (!READS.has(method) && !isSameOrigin(headers))
      throw consoleError('cross-site', 'Only a page of the console itself may act');
    return true;
  }

  private isOwnName(name: string): boolean {
    return isIP(name) !== 0 || name === 'localhost' || this.hostnames.includes(name);
  }
}

function isSameOrigin({ host, origin, 'sec-fetch-site': site }: FastifyRequest['headers']): boolean {
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** Without port and brackets; empty if there is none. */
function hostnameOf(host: string | undefined): string {
  const url = `http://${host ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}
