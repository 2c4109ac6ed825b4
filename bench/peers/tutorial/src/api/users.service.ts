import { randomUUID } from 'node:crypto';
import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { ClientKafka } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import { firstValueFrom } from 'rxjs';
import { QueryFailedError, Repository } from 'typeorm';
import { topic } from '../settings.js';
import type { UserChanges } from '../user-changes.js';
import { UserEvent } from './user-event.entity.js';

export const KAFKA = 'KAFKA';

export interface CreateUserDto {
  readonly name: string;
  readonly email: string;
}

export type UpdateUserDto = Partial<CreateUserDto>;

interface User extends UserChanges {
  readonly version: number;
}

@Injectable()
export class UsersService {
  constructor(
    @InjectRepository(UserEvent) private readonly events: Repository<UserEvent>,
    @Inject(KAFKA) private readonly kafka: ClientKafka,
  ) {}

  create({ name, email }: CreateUserDto) {
    return this.append(randomUUID(), 1, 'user.created', { name, email });
  }

  async update(id: string, { name, email }: UpdateUserDto) {
    const user = await this.load(id);
    if (user.version === 0) throw new NotFoundException();
    const data = { ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
    return this.append(id, user.version + 1, 'user.updated', data);
  }

  private async load(aggregateId: string): Promise<User> {
    const history = await this.events.find({ where: { aggregateId }, order: { version: 'ASC' } });
    return history.reduce<User>((user, { data, version }) => ({ ...user, ...data, version }), { version: 0 });
  }

  private async append(aggregateId: string, version: number, type: UserEvent['type'], data: UserChanges) {
    try {
      await this.events.save({ aggregateId, version, type, data });
    } catch (error) {
      throw error instanceof QueryFailedError ? new ConflictException() : error;
    }
    const value = { aggregateId, version, type, data };
    await firstValueFrom(this.kafka.emit(topic, { key: aggregateId, value }));
    return { id: aggregateId, version };
  }
}
