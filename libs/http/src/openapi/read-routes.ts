import { RequestMethod, type ArgumentMetadata, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner } from '@nestjs/core';
import type { z } from 'zod';
import { accessOf } from '../route-access.js';
import { Operation, type OperationDescription } from './operation.js';

/** Where a route's parameter comes from. */
export type ParameterPlace = 'body' | 'query' | 'path';

/** A parameter of a route with the schema by which it is validated. */
export interface RouteParameter {
  readonly in: ParameterPlace;
  /** Absent: the whole body, or the whole query as one object. */
  readonly name: string | undefined;
  readonly schema: z.ZodType;
}

/** A route as its decorators say. */
export interface Route {
  /** In lower case, as OpenAPI has it. */
  readonly method: string;
  /** As OpenAPI has it: `/users/{id}`. */
  readonly path: string;
  readonly parameters: readonly RouteParameter[];
  readonly operation: OperationDescription;
  /** The scopes that it may need; none: everybody may ask. */
  readonly scopes: readonly string[];
}

const PLACES = new Map<number, ParameterPlace>([
  [RouteParamtypes.BODY, 'body'],
  [RouteParamtypes.QUERY, 'query'],
  [RouteParamtypes.PARAM, 'path'],
]);

/**
 * The described routes of controllers, in their order. HEAD is left out: it is described by GET.
 * @throws Error for a route without `@Operation`
 */
export function readRoutes(controllers: readonly Type[]): Route[] {
  const scanner = new MetadataScanner();
  return controllers.flatMap((controller) =>
    scanner
      .getAllMethodNames(controller.prototype as object)
      .flatMap((name) => readRoute(controller, name) ?? []),
  );
}

function readRoute(controller: Type, name: string): Route | undefined {
  const handler = (controller.prototype as Record<string, object>)[name]!;
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
  if (method === undefined || method === RequestMethod.HEAD) return undefined;
  const operation = Reflect.getMetadata(Operation.KEY, handler) as OperationDescription | undefined;
  if (!operation) throw new Error(`the route ${controller.name}.${name} has no @Operation`);
  const segments = [controller, handler].map((part) => String(Reflect.getMetadata(PATH_METADATA, part)));
  return {
    method: RequestMethod[method].toLowerCase(),
    path: toPath(segments),
    parameters: readParameters(controller, name),
    operation,
    scopes: accessOf(handler)?.scopes ?? [],
  };
}

/** Nest's metadata: its keys begin with the place, `3:0`. */
function readParameters(controller: Type, name: string): RouteParameter[] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
    string,
    { readonly index: number; readonly data?: unknown; readonly schema?: ArgumentMetadata['schema'] }
  >;
  return Object.entries(all)
    .toSorted(([, a], [, b]) => a.index - b.index)
    .flatMap(([key, { data, schema }]) => {
      const place = PLACES.get(Number(key.split(':')[0]));
      if (!place || !schema) return [];
      return [{ in: place, name: typeof data === 'string' ? data : undefined, schema: schema as z.ZodType }];
    });
}

function toPath(segments: readonly string[]): string {
  const parts = segments.flatMap((segment) => segment.split('/')).filter((part) => part !== '');
  return `/${parts.map((part) => (part.startsWith(':') ? `{${part.slice(1)}}` : part)).join('/')}`;
}
