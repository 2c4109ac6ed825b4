import { Controller, Get } from '@nestjs/common';
import { register } from 'prom-client';
import { HttpResponse } from './http-response.js';
import { Operation } from './openapi/operation.js';
import { METRICS } from './openapi/operations.js';

/** Prometheus text format, of everything in the default registry. */
@Controller('metrics')
export class MetricsController {
  @Get()
  @Operation(METRICS)
  async metrics(): Promise<HttpResponse> {
    return new HttpResponse(200, { 'content-type': register.contentType }, await register.metrics());
  }
}
