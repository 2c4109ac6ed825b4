import { type DynamicModule, Module } from '@nestjs/common';
import { HealthController } from '../health.controller.js';
import { MetricsController } from '../metrics.controller.js';
import type { ApiDescription } from './api-description.js';
import { ApiDocument } from './api-document.js';
import { openApiDocument } from './openapi-document.js';
import { OpenApiController } from './openapi.controller.js';
import type { OpenApiDocument } from './openapi.types.js';

/** What every API has beside its own routes. */
const COMMON_CONTROLLERS = [HealthController, MetricsController, OpenApiController];

/**
 * The document of an API, with health, metrics and the description itself. It is the same whatever the settings are. Pure.
 * @throws Error for a route without `@Operation`, or a code that is not in the problem table
 */
export function describeApi(api: ApiDescription): OpenApiDocument {
  return openApiDocument({ ...api, controllers: [...api.controllers, ...COMMON_CONTROLLERS] });
}

/** `GET /openapi.json` and `GET /docs`. */
@Module({})
export class OpenApiModule {
  static forRoot(api: ApiDescription): DynamicModule {
    return {
      module: OpenApiModule,
      controllers: [OpenApiController],
      providers: [{ provide: ApiDocument, useValue: new ApiDocument(() => describeApi(api)) }],
    };
  }
}
