import { Module } from '@nestjs/common';
import { BareUsersController } from './bare-users.controller.js';

@Module({ controllers: [BareUsersController] })
export class BareModule {}
