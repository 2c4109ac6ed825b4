import { z } from 'zod';
import { EDGE_PROBLEMS, PROBLEM_MEDIA_TYPE, type Problem, type ProblemTable } from '../problem.js';
import { EVERY_RESPONSE } from './common-headers.js';
import { toJsonSchema, type NamedSchemas } from './json-schema.js';
import type { OpenApiResponse } from './openapi.types.js';

/** With these any route may answer. */
const OF_EVERY_ROUTE = [
  'validation-failed',
  'request-timeout',
  'uri-too-long',
  'unsupported-transfer-coding',
  'rate-limited',
  'header-fields-too-large',
  'internal-error',
  'overloaded',
];
/** And with these a route that takes a body. */
const OF_A_BODY = ['payload-too-large', 'unsupported-media-type'];
/** What is answered if no route is found. */
export const UNROUTED = ['not-found', 'method-not-allowed'];

const fieldError = z.object({
  path: z
    .string()
    .meta({ description: 'Dotted path into the body, or the name of the parameter or header.' }),
  message: z.string(),
});

/** Problem details (RFC 9457). */
const problem: z.ZodType<Problem> = z
  .object({
    type: z.string().regex(/^urn:eventfleet:problem:/),
    title: z.string().meta({ description: 'The same for every occurrence of the code.' }),
    status: z.int(),
    detail: z.string().min(1),
    code: z.string().meta({ description: 'Compare this, and no text.' }),
    correlationId: z.string().min(1).max(128),
    reason: z.string().exactOptional().meta({ description: 'Tells apart what one code stands for.' }),
    errors: z.array(fieldError).min(1).max(20).exactOptional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

/** A response of the document, with the problems that share a status. */
export interface ProblemResponse {
  readonly status: number;
  /** Its name among the components: the codes. */
  readonly name: string;
  readonly response: OpenApiResponse;
}

/** Each status with which a route may refuse. @throws Error for a code that is not in the table */
export function problemResponses(
  codes: readonly string[],
  hasBody: boolean,
  table: ProblemTable,
  named: NamedSchemas,
): ProblemResponse[] {
  const all = [...new Set([...OF_EVERY_ROUTE, ...(hasBody ? OF_A_BODY : []), ...codes])];
  const byStatus = Map.groupBy(all, (code) => definitionOf(code, table).status);
  return [...byStatus].map(([status, same]) => problemResponse(status, same, table, named));
}

function problemResponse(
  status: number,
  codes: readonly string[],
  table: ProblemTable,
  named: NamedSchemas,
): ProblemResponse {
  const definitions = codes.map((code) => ({ code, ...definitionOf(code, table) }));
  const isRetryable = definitions.every(({ retryAfterSeconds }) => retryAfterSeconds !== undefined);
  const properties = { status: { const: status }, code: { enum: codes } };
  const required = status === 400 ? { required: ['errors'] } : {};
  return {
    status,
    name: codes.join('.'),
    response: {
      description: definitions.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
      headers: {
        ...EVERY_RESPONSE,
        'Cache-Control': { $ref: '#/components/headers/Cache-Control' },
        ...([401, 403].includes(status) && {
          'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' },
        }),
        ...(status === 415 && { 'Accept-Encoding': { $ref: '#/components/headers/Accept-Encoding' } }),
        ...(isRetryable && { 'Retry-After': { $ref: '#/components/headers/Retry-After' } }),
        ...(status === 405 && { Allow: { $ref: '#/components/headers/Allow' } }),
      },
      content: {
        [PROBLEM_MEDIA_TYPE]: {
          schema: { allOf: [toJsonSchema(problem, 'output', named), { properties, ...required }] },
        },
      },
    },
  };
}

function definitionOf(code: string, table: ProblemTable): ProblemTable[string] {
  const definition = table[code] ?? (EDGE_PROBLEMS as ProblemTable)[code];
  if (!definition) throw new Error(`no problem has the code ${code}`);
  return definition;
}
