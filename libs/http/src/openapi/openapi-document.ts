import type { ApiDescription, Parts } from './api-description.js';
import { REQUEST_HEADERS, RESPONSE_HEADERS } from './common-headers.js';
import { toBody, toHeaderParameter, toParameters } from './describe-request.js';
import { addCommonProblems, describeResponses, toHeaders } from './describe-responses.js';
import type { OperationDescription } from './operation.js';
import type { OpenApiDocument, OpenApiOperation } from './openapi.types.js';
import { readRoutes, type Route } from './read-routes.js';

const LICENSE = { name: 'MIT', identifier: 'MIT' };

const ACCESS_TOKEN = 'accessToken';
const TOKEN_SCHEME = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'Of an OpenID Connect issuer (RFC 9068), with one of the scopes. Not needed if `AUTH` is `off`.',
};
const REFUSALS = ['unauthenticated', 'insufficient-scope', 'issuer-unavailable'];

/**
 * Assembles the document from the routes' decorators and the schemas by which they validate. Pure.
 * @throws Error for a route without `@Operation`, or a code that is not in the problem table
 */
export function openApiDocument(api: ApiDescription): OpenApiDocument {
  const { title, version, description, controllers } = api;
  const parts: Parts = { ...api, schemas: new Map(), responses: new Map() };
  addCommonProblems(parts);
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const route of readRoutes(controllers)) {
    paths[route.path] = { ...paths[route.path], [route.method]: toOperation(route, parts) };
  }
  return {
    openapi: '3.1.1',
    info: { title, version, description, license: LICENSE },
    paths,
    components: {
      schemas: Object.fromEntries(parts.schemas),
      parameters: Object.fromEntries(
        Object.entries(REQUEST_HEADERS).map(([name, header]) => [
          name,
          toHeaderParameter(name, header, parts),
        ]),
      ),
      headers: toHeaders(RESPONSE_HEADERS, parts),
      responses: Object.fromEntries(parts.responses),
      securitySchemes: { [ACCESS_TOKEN]: TOKEN_SCHEME },
    },
  };
}

function toOperation({ parameters, operation, scopes }: Route, parts: Parts): OpenApiOperation {
  const { id, tag, summary, description, requestHeaders = {}, bodyTypes = ['application/json'] } = operation;
  const body = parameters.find((parameter) => parameter.in === 'body');
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    parameters: [
      ...parameters.flatMap((parameter) => toParameters(parameter, parts)),
      ...Object.entries(requestHeaders).map(([name, header]) => toHeaderParameter(name, header, parts)),
      ...Object.keys(REQUEST_HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ],
    ...(body && { requestBody: toBody(body.schema, bodyTypes, parts) }),
    ...(scopes.length > 0 && { security: [{ [ACCESS_TOKEN]: scopes }, {}] }),
    responses: describeResponses(withRefusals(operation, scopes), body !== undefined, parts),
  };
}

function withRefusals(operation: OperationDescription, scopes: readonly string[]): OperationDescription {
  if (scopes.length === 0) return operation;
  return { ...operation, problems: [...(operation.problems ?? []), ...REFUSALS] };
}
