import { Module } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { brokers, databaseUrl } from '../settings.js';
import { UserEvent } from './user-event.entity.js';
import { UsersController } from './users.controller.js';
import { KAFKA, UsersService } from './users.service.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: databaseUrl, entities: [UserEvent], synchronize: true }),
    TypeOrmModule.forFeature([UserEvent]),
    ClientsModule.register([
      {
        name: KAFKA,
        transport: Transport.KAFKA,
        options: { client: { clientId: 'users', brokers }, producerOnlyMode: true },
      },
    ]),
  ],
  controllers: [UsersController],
  providers: [UsersService],
})
export class ApiModule {}
