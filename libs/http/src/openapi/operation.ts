import { Reflector } from '@nestjs/core';
import type { z } from 'zod';

/** A header of a request or of a response. */
export interface HeaderDescription {
  readonly schema: z.ZodType;
  readonly description: string;
  /** Whether every request or response of this kind has it. */
  readonly isRequired?: boolean;
}

export type HeaderDescriptions = Readonly<Record<string, HeaderDescription>>;

/** What a route answers with one status, other than a problem. */
export interface ResponseDescription {
  readonly description: string;
  readonly headers?: HeaderDescriptions;
  /** Bodies by media type; none: the response has no body. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  /** Of a sequence of JSON texts, such as the data of server-sent events: what each one is. */
  readonly item?: z.ZodType;
}

/**
 * What OpenAPI says of a route beside what its own decorators say: path, method, and the schemas of its parameters and
 * body are read from those.
 */
export interface OperationDescription {
  /** Unique in the API: generated clients name their methods by it. */
  readonly id: string;
  readonly tag: string;
  /** One line, in the imperative. */
  readonly summary: string;
  /** Markdown. */
  readonly description?: string;
  /** Headers that it reads, beside those of every request. */
  readonly requestHeaders?: HeaderDescriptions;
  /** Media types in which it takes its body; absent: JSON alone. */
  readonly bodyTypes?: readonly string[];
  readonly responses: Readonly<Record<number, ResponseDescription>>;
  /** Codes of the problem table with which it may answer, beside those of every route. */
  readonly problems?: readonly string[];
}

/** Describes a route. Every route of an API has one; a test compares. */
export const Operation = Reflector.createDecorator<OperationDescription>();
