import type { Type } from '@nestjs/common';
import type { ProblemTable } from '../problem.js';
import type { NamedSchemas } from './json-schema.js';
import type { HeaderDescriptions } from './operation.js';

export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly description: string;
  /** Of every route that the API may have, whatever its settings. */
  readonly controllers: readonly Type[];
  /** How its own error codes are answered. */
  readonly problems: ProblemTable;
  /** Further headers that its problems may have, by status. */
  readonly problemHeaders?: Readonly<Record<number, HeaderDescriptions>>;
}

/** What is gathered while a document is made. */
export interface Parts extends Pick<ApiDescription, 'problems' | 'problemHeaders'> {
  readonly schemas: NamedSchemas;
  readonly responses: Map<string, object>;
}
