import type { z } from 'zod';
import type { Parts } from './api-description.js';
import { toJsonSchema, type JsonSchema } from './json-schema.js';
import type { HeaderDescription } from './operation.js';
import type { OpenApiBody, OpenApiParameter } from './openapi.types.js';
import type { RouteParameter } from './read-routes.js';

/** A parameter; or, of a schema of the whole query, one for each field. */
export function toParameters({ in: place, name, schema }: RouteParameter, parts: Parts): OpenApiParameter[] {
  if (place === 'body') return [];
  const { description, ...json } = toJsonSchema(schema, 'input', parts.schemas);
  if (name !== undefined) return [toParameter(name, place, { description, ...json }, true)];
  const { properties = {}, required = [] } = json as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([field, property]) =>
    toParameter(field, place, property, required.includes(field)),
  );
}

function toParameter(
  name: string,
  place: OpenApiParameter['in'],
  { description, ...schema }: JsonSchema,
  required: boolean,
): OpenApiParameter {
  return {
    name,
    in: place,
    ...(required && { required }),
    ...(typeof description === 'string' && { description }),
    schema,
  };
}

/** A header of a request. */
export function toHeaderParameter(name: string, header: HeaderDescription, parts: Parts): OpenApiParameter {
  const { description, schema, isRequired = false } = header;
  const json = toJsonSchema(schema, 'input', parts.schemas);
  return toParameter(name, 'header', { ...json, description }, isRequired);
}

/** It is required unless its schema takes none. */
export function toBody(schema: z.ZodType, mediaTypes: readonly string[], parts: Parts): OpenApiBody {
  const json = toJsonSchema(schema, 'input', parts.schemas);
  return {
    required: !schema.safeParse(undefined).success,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: json }])),
  };
}
