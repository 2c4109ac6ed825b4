import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that have a name (`.meta({ id })`), by that name: `components.schemas` of the document. */
export type NamedSchemas = Map<string, JsonSchema>;

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

/**
 * The JSON Schema (2020-12) of what a client sends (`input`) or gets (`output`). Named parts go to `named` and are
 * referred to. Refinements and transformations cannot be shown: it allows no less than the schema does.
 * Objects are open, so that a client that validates survives an added field, unless unknown fields are refused.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output', named: NamedSchemas): JsonSchema {
  const {
    $schema: _,
    $defs = {},
    ...root
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema, zodSchema }) {
      // The format says it, and readers understand it.
      if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (io === 'output' && jsonSchema.additionalProperties === false && !isStrict(zodSchema))
        delete jsonSchema.additionalProperties;
    },
  });
  for (const [name, definition] of Object.entries($defs)) named.set(name, withSharedRefs(definition));
  return withSharedRefs(root);
}

function isStrict({ _zod: { def } }: z.core.$ZodType): boolean {
  return def.type !== 'object' || (def as z.core.$ZodObjectDef).catchall?._zod.def.type === 'never';
}

function withSharedRefs(schema: object): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(LOCAL, SHARED) : value,
  );
  return JSON.parse(text) as JsonSchema;
}
