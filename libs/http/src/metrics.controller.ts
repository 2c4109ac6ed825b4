import { Controller, Get } from '@nestjs/common';
import { register } from 'prom-client';
import { HttpResponse } from './http-response.js';

/** Prometheus text format, of everything in the default registry. */
@Controller('metrics')
export class MetricsController {
  @Get()
  async metrics(): Promise<HttpResponse> {
    return new HttpResponse(200, { 'content-type': register.contentType }, await register.metrics());
  }
}
