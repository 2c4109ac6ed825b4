import { Controller, Get, HttpStatus, Inject, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { describeError } from '@eventfleet/observability';
import { HttpResponse } from './http-response.js';
import { LIVE, READY } from './openapi/operations.js';
import { Operation } from './openapi/operation.js';
import { PublicRoute } from './route-access.js';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness-check.js';

const CHECK_TIMEOUT_MS = 2_000;

/** Live: the process answers. Ready: every part that it needs does; 503 names the parts that do not. */
@Controller('health')
export class HealthController {
  private readonly added: ReadinessCheck[] = [];

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
  ) {}

  /** For what does not come from a module. */
  add(check: ReadinessCheck): void {
    this.added.push(check);
  }

  @Get('live')
  @PublicRoute('a supervisor has no token')
  @HealthCheck()
  @Operation(LIVE)
  live() {
    return this.health.check([]);
  }

  @Get('ready')
  @PublicRoute('a load balancer has no token')
  @HealthCheck()
  @Operation(READY)
  async ready() {
    try {
      return await this.health.check(
        [...this.checks, ...this.added].map((check) => () => this.attempt(check)),
      );
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return new HttpResponse(HttpStatus.SERVICE_UNAVAILABLE, {}, error.getResponse());
    }
  }

  private attempt({ name, check }: ReadinessCheck) {
    return this.indicator
      .check(name)
      .attempt(async () => {
        try {
          return await check();
        } catch (error) {
          throw new Error(describeError(error), { cause: error });
        }
      })
      .withTimeout(CHECK_TIMEOUT_MS);
  }
}
