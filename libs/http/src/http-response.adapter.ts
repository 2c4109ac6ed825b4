import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { HttpResponse } from './http-response.js';

type Reply = Parameters<FastifyAdapter['reply']>[0];

/**
 * Sends a method's `HttpResponse` with its status and headers. Here and not in an interceptor: each interceptor costs
 * every request a chain of observables.
 */
export class HttpResponseAdapter extends FastifyAdapter {
  override reply(response: Reply, body: unknown, statusCode?: number) {
    if (!(body instanceof HttpResponse)) return super.reply(response, body, statusCode);
    const reply = response as FastifyReply;
    if (body.cookies.length > 0) reply.header('set-cookie', [...body.cookies]);
    return reply.status(body.status).headers(body.headers).send(body.body);
  }
}
