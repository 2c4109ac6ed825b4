import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { z } from 'zod';
import {
  createHttpApp,
  type EdgeLimits,
  OperationsModule,
  type Problem,
  PublicRoute,
  type ReadinessCheck,
} from './index.js';

const bodySchema = z.strictObject({
  name: z.string(),
  nested: z.strictObject({ size: z.number() }).optional(),
});
const idSchema = z.uuid();

@Controller('things')
class ThingsController {
  @Post()
  @PublicRoute('a test')
  @HttpCode(201)
  create(@Body({ schema: bodySchema }) body: unknown, @Req() { correlation }: FastifyRequest) {
    return { body, correlation };
  }

  @Get(':id')
  @PublicRoute('a test')
  get(@Param('id', { schema: idSchema }) id: string) {
    return { id };
  }

  @Put('taken')
  @PublicRoute('a test')
  taken() {
    throw Object.assign(new Error('The name is in use'), { code: 'name-taken' });
  }

  @Put('down')
  @PublicRoute('a test')
  down() {
    throw Object.assign(new Error('Try again later'), {
      code: 'store-down',
      cause: new Error('secret cause'),
    });
  }

  @Put('broken')
  @PublicRoute('a test')
  broken() {
    throw new Error('secret detail');
  }
}

export interface EdgeApp {
  readonly url: string;
  /** Every line of the app's log so far. */
  readonly logged: string[];
  /** The check behind `/health/ready`; a test sets it. */
  ready: ReadinessCheck['check'];
  /** `fetch` of one of its addresses. What the app sheds because the machine is busy is sent again. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(body: NonNullable<RequestInit['body']>, headers?: Record<string, string>): Promise<Response>;
  /** Sends bytes that no HTTP client would, and returns everything that comes back. */
  raw(bytes: string): Promise<string>;
  close(): Promise<void>;
}

/** A small app on a free port, with one route for each kind of answer. */
export async function startEdgeApp(limits: EdgeLimits = {}): Promise<EdgeApp> {
  const logged: string[] = [];
  const checks = [{ name: 'store', check: () => edge.ready() }];

  @Module({
    imports: [OperationsModule.forRoot({ useFactory: () => checks })],
    controllers: [ThingsController],
  })
  class EdgeAppModule {}

  const app = await createHttpApp({
    module: EdgeAppModule,
    logger: pino({ level: 'info' }, { write: (line) => logged.push(line) }),
    problems: {
      'name-taken': { status: 409, title: 'Taken' },
      'store-down': { status: 503, title: 'Down', retryAfterSeconds: 1 },
    },
    limits,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const edge: EdgeApp = {
    url,
    logged,
    ready: () => Promise.resolve(),
    fetch: (path, init) => fetchUnlessShed(url + path, init),
    post: (body, headers = { 'content-type': 'application/json' }) =>
      fetchUnlessShed(`${url}/things`, { method: 'POST', headers, body }),
    raw: (bytes) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write(bytes);
      return text(socket);
    },
    close: () => app.close(),
  };
  return edge;
}

async function fetchUnlessShed(url: string, init?: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.status !== 503) return response;
    const { code } = (await response.clone().json()) as Partial<Problem>;
    if (code !== 'overloaded') return response;
    await delay(100);
  }
}

/** Reads problem details, and fails where any part of the contract for errors does not hold. */
export async function problemOf(response: Response): Promise<Problem> {
  const { headers } = response;
  z.literal('application/problem+json').parse(headers.get('content-type'));
  z.string()
    .regex(/^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/)
    .parse(headers.get('traceparent'));
  const body: unknown = await response.json();
  const errors = z.array(z.strictObject({ path: z.string(), message: z.string().min(1) })).min(1);
  return z
    .strictObject({
      type: z.string().startsWith('urn:eventfleet:problem:'),
      title: z.string().min(1),
      status: z.literal(response.status),
      detail: z.string().min(1),
      code: z.string().min(1),
      correlationId: z.literal(headers.get('x-correlation-id')!),
      errors: response.status === 400 ? errors : z.undefined().optional(),
    })
    .transform(({ errors, ...rest }): Problem => ({ ...rest, ...(errors ? { errors } : {}) }))
    .parse(body);
}
