/** What a route's method returns if it sets more than a body. It is answered exactly so, as Nest's own `StreamableFile`. */
export class HttpResponse {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    /** Text is sent as it is, an object as JSON, undefined as no body. */
    readonly body?: unknown,
    /** Of `Set-Cookie`, one each. */
    readonly cookies: readonly string[] = [],
  ) {}
}

/** Of server-sent events. */
export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would hold events back.
  'x-accel-buffering': 'no',
};
