import type { Parts } from './api-description.js';
import { EVERY_RESPONSE, RESPONSE_HEADERS } from './common-headers.js';
import { toJsonSchema } from './json-schema.js';
import type { HeaderDescriptions, OperationDescription, ResponseDescription } from './operation.js';
import type { OpenApiResponse } from './openapi.types.js';
import { problemResponses, UNROUTED, type ProblemResponse } from './problem-responses.js';

/** The responses of a route, by status. Problems are shared among the components; if the route answers a status as a page too, both are in one. */
export function describeResponses(
  operation: OperationDescription,
  hasBody: boolean,
  parts: Parts,
): Record<string, object> {
  const own = Object.entries(operation.responses).map(([status, response]) => [
    status,
    toResponse(response, parts),
  ]);
  return { ...Object.fromEntries(own), ...describeRefusals(operation, hasBody, parts) };
}

/** What is answered if no route is found, and by all routes: among the components. */
export function addCommonProblems(parts: Parts): void {
  for (const { name, response } of describeProblems(UNROUTED, true, parts))
    parts.responses.set(name, response);
}

function describeRefusals(
  { responses: own, problems: codes = [] }: OperationDescription,
  hasBody: boolean,
  parts: Parts,
): Record<string, object> {
  return Object.fromEntries(
    describeProblems(codes, hasBody, parts).map(({ status, name, response }) => {
      if (own[status]) return [status, merge(toResponse(own[status], parts), response, parts)];
      parts.responses.set(name, response);
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function describeProblems(codes: readonly string[], hasBody: boolean, parts: Parts): ProblemResponse[] {
  return problemResponses(codes, hasBody, parts.problems, parts.schemas).map((described) => {
    const headers = toHeaders(parts.problemHeaders?.[described.status] ?? {}, parts);
    const { response } = described;
    return { ...described, response: { ...response, headers: { ...response.headers, ...headers } } };
  });
}

/** `Retry-After` is required of the problem alone. */
function merge(own: OpenApiResponse, problem: OpenApiResponse, parts: Parts): OpenApiResponse {
  const { 'Retry-After': retryAfter, ...headers } = problem.headers;
  const optional = { 'Retry-After': { ...RESPONSE_HEADERS['Retry-After']!, isRequired: false } };
  return {
    description: `${own.description} ${problem.description}`,
    headers: { ...headers, ...own.headers, ...(retryAfter && toHeaders(optional, parts)) },
    content: { ...own.content, ...problem.content },
  };
}

function toResponse(
  { description, headers = {}, content, item }: ResponseDescription,
  parts: Parts,
): OpenApiResponse {
  const bodies = Object.entries(content ?? {}).map(([mediaType, schema]) => [
    mediaType,
    {
      schema: toJsonSchema(schema, 'output', parts.schemas),
      ...(item && { 'x-item-schema': toJsonSchema(item, 'output', parts.schemas) }),
    },
  ]);
  return {
    description,
    headers: { ...EVERY_RESPONSE, ...toHeaders(headers, parts) },
    ...(content ? { content: Object.fromEntries(bodies) as NonNullable<OpenApiResponse['content']> } : {}),
  };
}

/** Headers of responses. */
export function toHeaders(headers: HeaderDescriptions, parts: Parts): Record<string, object> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { description, schema, isRequired = false }]) => [
      name,
      {
        description,
        ...(isRequired && { required: true }),
        schema: toJsonSchema(schema, 'output', parts.schemas),
      },
    ]),
  );
}
