import { Controller, Get, Module } from '@nestjs/common';
import { pino } from 'pino';
import { createHttpApp, PublicRoute } from './index.js';

@Controller('open')
class OpenController {
  @Get()
  @PublicRoute('a test')
  get() {
    return {};
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  get() {
    return {};
  }
}

async function start(controllers: (new () => unknown)[]): Promise<void> {
  @Module({ controllers })
  class TestModule {}
  const app = await createHttpApp({ module: TestModule, logger: pino({ level: 'silent' }) });
  try {
    await app.init();
  } finally {
    await app.close();
  }
}

describe('who may ask a route', () => {
  it('has to be said, or the app does not start, also without authentication', async () => {
    await start([OpenController]);
    await expect(start([OpenController, ForgottenController])).rejects.toThrow(
      'GET /forgotten does not say who may ask it',
    );
  });
});
