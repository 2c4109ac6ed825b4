import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseUrl } from '../settings.js';
import { User } from './user.entity.js';
import { UsersProjector } from './users.projector.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: databaseUrl, entities: [User], synchronize: true }),
    TypeOrmModule.forFeature([User]),
  ],
  controllers: [UsersProjector],
})
export class ProjectorModule {}
