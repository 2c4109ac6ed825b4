import { Controller, Get, Headers } from '@nestjs/common';
import { openMetricsContentType, register } from 'prom-client';
import { HttpResponse } from './http-response.js';
import { openMetrics } from './open-metrics.js';
import { Operation } from './openapi/operation.js';
import { METRICS } from './openapi/operations.js';
import { LocalRoute } from './route-access.js';

/** Everything in the default registry: as OpenMetrics to a client that accepts it, else in the Prometheus text format. */
@Controller('metrics')
export class MetricsController {
  @Get()
  @LocalRoute('fleet:read')
  @Operation(METRICS)
  async metrics(@Headers('accept') accepted: string | undefined): Promise<HttpResponse> {
    const isOpenMetrics = accepted?.includes('application/openmetrics-text') ?? false;
    const [contentType, text] = isOpenMetrics
      ? [openMetricsContentType, openMetrics()]
      : [register.contentType, register.metrics()];
    return new HttpResponse(200, { 'content-type': contentType }, await text);
  }
}
