import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { topic } from '../settings.js';
import type { UserEventMessage, UserEvents } from '../user-changes.js';
import { User } from './user.entity.js';

@Controller()
export class UsersProjector {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  @EventPattern<UserEvents>(topic)
  async project(@Payload() { aggregateId, version, data }: UserEventMessage): Promise<void> {
    await this.users.save({ id: aggregateId, version, ...data });
  }
}
