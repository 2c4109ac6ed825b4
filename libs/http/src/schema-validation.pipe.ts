import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validationError, type FieldError } from './problem.error.js';

type Schema = NonNullable<ArgumentMetadata['schema']>;
type Issue = NonNullable<Awaited<ReturnType<Schema['~standard']['validate']>>['issues']>[number];

/**
 * Parses each parameter that names a schema: `@Body({ schema })`, `@Query({ schema })`, `@Param('id', { schema })`.
 * The handler gets the schema's output.
 * @throws ProblemError `validation-failed` with the path of every issue
 */
@Injectable()
export class SchemaValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, data }: ArgumentMetadata): Promise<unknown> {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw validationError(result.issues.flatMap((issue) => toFieldErrors(issue, data)));
  }
}

function toFieldErrors(issue: Issue, parameter: string | undefined): FieldError[] {
  const keys = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  const path = [...(parameter === undefined ? [] : [parameter]), ...keys];
  return unknownKeys(issue).map((key) => ({ path: [...path, ...key].join('.'), message: issue.message }));
}

/** zod reports all unknown fields of an object in one issue; each deserves an error at its own path. */
function unknownKeys(issue: Issue): string[][] {
  return 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map((key) => [String(key)]) : [[]];
}
