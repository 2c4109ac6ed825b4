import { Module } from '@nestjs/common';
import { HttpCommandBus } from './http-command-bus.js';

@Module({ providers: [HttpCommandBus], exports: [HttpCommandBus] })
export class HttpCommandsModule {}
