import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { makeCorrelation } from './correlation.js';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';
import { ProblemError } from './problem.error.js';

const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'header-fields-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers what never becomes a request: bytes that are not HTTP, headers too large or too slow. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(rawAnswer(CODES[error.code ?? ''] ?? 'validation-failed'));
  socket.destroySoon();
}

function rawAnswer(code: string): string {
  const { correlationId, traceparent } = makeCorrelation();
  const detail = code === 'validation-failed' ? 'The request is not valid HTTP' : '';
  const { status, body } = toProblem(new ProblemError(code, detail), correlationId);
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(text)}`,
    `x-correlation-id: ${correlationId}`,
    `traceparent: ${traceparent}`,
    'connection: close',
    '',
    text,
  ].join('\r\n');
}
